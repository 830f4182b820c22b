-- Outputs beyond any use.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1e300, link = "sigmoid" },
  loss = "squared",
}
-- expect: 8: head.outputs must be an integer, not 1e+300
