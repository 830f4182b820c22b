-- Comparisons of strings of zeros, each of which takes long.
local zeros = "\0"
for i = 1, 22 do zeros = zeros .. zeros end
local left = zeros .. zeros .. zeros .. zeros .. zeros
zeros = nil
local right, x = left .. ""
for i = 1, 10000 do
  x = left <= right x = left <= right x = left <= right x = left <= right x = left <= right
  x = left <= right x = left <= right x = left <= right x = left <= right x = left <= right
  x = left <= right x = left <= right x = left <= right x = left <= right x = left <= right
  x = left <= right x = left <= right x = left <= right x = left <= right x = left <= right
  x = left <= right x = left <= right x = left <= right x = left <= right x = left <= right
  x = left <= right x = left <= right x = left <= right x = left <= right x = left <= right
  x = left <= right x = left <= right x = left <= right x = left <= right x = left <= right
  x = left <= right x = left <= right x = left <= right x = left <= right x = left <= right
end
-- expect: 9: the spec runs for too long: it may take 1 s
