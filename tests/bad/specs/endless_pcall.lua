-- An endless loop that catches what ends it.
while true do
  pcall(function() while true do end end)
end
-- expect: 3: specs have no "pcall"
