-- No inputs.
return network {
  name = "bad",
  inputs = 0,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 4: inputs = 0 is out of range: 1 to 1048576
