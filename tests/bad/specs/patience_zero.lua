-- Patience that is none.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { patience = 0 },
}
-- expect: 10: train.patience = 0 is out of range: 1 to 1000000000
