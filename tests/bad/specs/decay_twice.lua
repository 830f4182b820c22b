-- Decay of the objective and of the weights.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  decay = 0.1, train = { algorithm = "adam", weight_decay = 0.01 },
}
-- expect: 10: decay = 0.1 belongs to the objective and train.weight_decay = 0.01 to the steps of Adam: use one of them
