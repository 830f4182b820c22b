-- A fraction for an integer.
return network {
  name = "bad",
  inputs = 2.5,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 4: inputs must be an integer, not 2.5
