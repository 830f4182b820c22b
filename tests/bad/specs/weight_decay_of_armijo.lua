-- Only the weights of Adam decay.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { weight_decay = 0.01 },
}
-- expect: 10: train.weight_decay belongs to algorithm = "adam", not to search = "armijo"
