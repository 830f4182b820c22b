-- log(1 + exp(x)), without overflow
return function(x) return log1pexp(x) end
