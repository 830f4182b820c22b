-- An algorithm where a tableau is expected.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "adam",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 6: there is no tableau "adam"; it belongs in train: train = { algorithm = "adam" }
