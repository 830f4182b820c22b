-- A string that doubles.
local s = "x"
while true do s = s .. s end
-- expect: 3: a string of more than 1 MiB
