-- A key without end.
local s = "x"
for i = 1, 19 do s = s .. s end
return network { [s] = 1 }
-- expect: 4: a string of more than 4096 characters
