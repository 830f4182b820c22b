-- A key of another algorithm.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { algorithm = "adam", memory = 5 },
}
-- expect: 10: train.memory belongs to algorithm = "lbfgs", not to algorithm = "adam"
