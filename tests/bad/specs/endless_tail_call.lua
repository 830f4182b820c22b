-- The same without a stack.
local function f(x) return f(x) end
return f(1)
-- expect: 2: the spec runs for too long: it may execute 10 million instructions
