-- A key of another algorithm.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { algorithm = "newton", memory = 3 },
}
-- expect: 10: train.memory belongs to algorithm = "lbfgs", not to algorithm = "newton"
