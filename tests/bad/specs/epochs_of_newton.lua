-- Epochs of an algorithm that has iterations.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { algorithm = "newton", epochs = 10 },
}
-- expect: 10: train.epochs belongs to algorithm = "adam", not to algorithm = "newton"
