-- The same through a method.
local s = ("a"):rep(1000)
-- expect: 2: attempt to index a string value (constant 'a')
