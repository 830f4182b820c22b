-- A path without end.
local s = "x"
for i = 1, 19 do s = s .. s end
return network { inputs = 2, layers = 3, method = s, activation = "tanh",
  head = { outputs = 1, link = "sigmoid" }, loss = "squared" }
-- expect: 4: a string of more than 4096 characters
