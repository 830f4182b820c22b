-- A decay that drives weights away.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { algorithm = "adam", weight_decay = -0.1 },
}
-- expect: 10: train.weight_decay = -0.1 is out of range: 0 to 1e+300
