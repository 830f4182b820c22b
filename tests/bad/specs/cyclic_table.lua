-- A table that holds itself.
local t = {}
t.head = t
return network(t)
-- expect: 4: tables nested too deeply
