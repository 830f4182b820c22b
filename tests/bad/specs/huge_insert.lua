-- A table that grows at its front.
local t = {}
for i = 1, 1e6 do t[i] = i end
for i = 1, 1e6 do table.insert(t, 1, i) end
-- expect: 4: the spec runs for too long: it may execute 10 million instructions
