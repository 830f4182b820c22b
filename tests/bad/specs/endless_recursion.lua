-- Recursion without end.
local function f(x) return 1 + f(x) end
return f(1)
-- expect: 2: stack overflow
