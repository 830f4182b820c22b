-- L-BFGS without a pair.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { algorithm = "lbfgs", memory = 0 },
}
-- expect: 10: train.memory = 0 is out of range: 1 to 10000
