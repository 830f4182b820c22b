-- A distribution under the name that it has elsewhere.
return network {
  name = "m",
  inputs = 2,
  width = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "spiral2d", samples = 20 },
  train = { iterations = 1 },
  init = { K = randn(1) },
}
-- expect: 13: specs have no "randn"; did you mean "normal"?
