-- Nothing is returned.
local x = 1
-- expect: 2: the file must return network { ... }, not nothing
