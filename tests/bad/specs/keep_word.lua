-- Neither the last nor the best.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { keep = "first" },
}
-- expect: 10: train.keep = "first": it must be "last" or "best"
