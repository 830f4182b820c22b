-- A large table that is looked at over and over.
local t = {}
for i = 1, 90000 do t["k" .. i] = i end
for i = 1, 9000 do network { a = t } end
-- expect: 4: more than 20000 table entries
