-- The metatable of strings.
return getmetatable("").__index.rep("x", 10)
-- expect: 2: specs have no "getmetatable"
