-- An endless loop.
while true do
end
-- expect: 2: the spec runs for too long: it may execute 10 million instructions
