-- The logistic function 1 / (1 + exp(-x))
return function(x) return sigmoid(x) end
