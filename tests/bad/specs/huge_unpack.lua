-- A table that is spread over and over.
local t = {}
for i = 1, 9e5 do t[i] = i end
local function f(...) return select("#", ...) end
for i = 1, 1e6 do f(table.unpack(t)) end
-- expect: 4: stack overflow
