-- Values without end.
while true do normal(1) end
-- expect: 2: more than 10000 tableaus, controls and distributions
