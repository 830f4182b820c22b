-- Strings that are copied.
local s = "x"
for i = 1, 19 do s = s .. s end
for i = 1, 1e6 do local t = s .. i end
-- expect: 4: the spec runs for too long: it moves more than 1 GiB of memory
