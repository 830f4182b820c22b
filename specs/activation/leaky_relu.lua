-- x for x > 0, else x / 100
return function(x) return max(0.01 * x, x) end
