-- Narrower than its inputs.
return network {
  name = "bad",
  inputs = 4,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  width = 2,
}
-- expect: 10: width = 2 is less than inputs = 4; set lift = true or widen it
