-- A finaliser.
setmetatable({}, { __gc = function() while true do end end })
-- expect: 2: specs have no "setmetatable"
