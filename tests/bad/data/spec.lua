return network { inputs = 2 }
