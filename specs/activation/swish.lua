-- x sigmoid(x) (Ramachandran et al. 2017); also called silu
return function(x) return x * sigmoid(x) end
