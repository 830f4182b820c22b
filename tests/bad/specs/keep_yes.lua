-- What to keep is a word.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { algorithm = "lbfgs", keep = true },
}
-- expect: 10: train.keep must be a string, not a boolean
