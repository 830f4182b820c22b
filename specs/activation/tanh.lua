-- Hyperbolic tangent
return function(x) return tanh(x) end
