-- A string that doubles.
local s = "x"
while true do s = s .. s end
-- expect: 3: the spec needs more than 64 MiB of memory
