-- A step that falls.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { tau = cosine(0.1, 0.01) },
}
-- expect: 10: train.tau must be a number, not cosine()
