-- A table of tables of tables.
local t = {}
for i = 1, 1e5 do t = { t } end
return network { data = t }
-- expect: 4: tables nested too deeply
