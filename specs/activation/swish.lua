-- x sigmoid(x) (Ramachandran et al. 2017)
return function(x) return x * sigmoid(x) end
