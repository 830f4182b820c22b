-- Half a pair.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { algorithm = "lbfgs", memory = 2.5 },
}
-- expect: 10: train.memory must be an integer, not 2.5
