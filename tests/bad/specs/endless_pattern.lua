-- A pattern that takes forever.
local s = string.rep("a", 1000)
return string.find(s, string.rep("a*", 1000) .. "b")
-- expect: 2: specs have no "string"; did you mean "tostring"?
