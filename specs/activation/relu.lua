-- max(0, x); relu'(0) = 0: of equal arguments the first counts
return function(x) return max(0, x) end
