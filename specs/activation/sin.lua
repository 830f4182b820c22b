-- Sine
return function(x) return sin(x) end
