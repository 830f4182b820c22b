-- A large string in many places.
local s = "x"
for i = 1, 19 do s = s .. s end
local t = {}
for i = 1, 90000 do t[i] = s end
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  learn = t,
}
-- expect: 6: a string of more than 4096 characters
