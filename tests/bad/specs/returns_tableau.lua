-- A tableau is returned.
return tableau { A = { { 0 } }, b = { 1 } }
-- expect: 2: the file must return network { ... }, not a tableau
