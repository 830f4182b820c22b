-- A string for a distribution.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  init = { K = "normal" },
}
-- expect: 10: init.K must be a number, normal(s) or uniform(a, b), not a string
