-- The derivatives of residuals are by parameters.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  learn = { "K", "x" },
  train = { algorithm = "gaussnewton" },
}
-- expect: 11: train.algorithm = "gaussnewton" does not learn "x", the inputs of samples
