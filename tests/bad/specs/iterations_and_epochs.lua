-- The same in two words.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { algorithm = "adam", iterations = 7, epochs = 3 },
}
-- expect: 10: train has both iterations and epochs: choose one
