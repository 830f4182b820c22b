-- A key of another algorithm.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { search = "armijo",
    rate = 0.1 },
}
-- expect: 11: train.rate belongs to algorithm = "adam", not to search = "armijo"
