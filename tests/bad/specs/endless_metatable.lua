-- An __index that asks itself.
local t = setmetatable({}, {})
-- expect: 2: specs have no "setmetatable"
