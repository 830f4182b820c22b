-- Comparisons of strings of zeros, each of which takes long.
local zeros = "\0"
for i = 1, 17 do zeros = zeros .. zeros end
local left, right = zeros .. "\0", zeros .. "\0"
local x
for i = 1, 10000 do x = left <= right x = left <= right x = left <= right x = left <= right x = left <= right end
-- expect: 6: the spec runs for too long: it may take 1 s
