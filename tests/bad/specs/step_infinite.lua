-- An infinite step.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  step = 1 / 0,
}
-- expect: 10: step = inf is out of range: -1000000 to 1000000
