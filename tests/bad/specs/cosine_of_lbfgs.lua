-- A rate of an algorithm that has none.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { algorithm = "lbfgs", rate = cosine(0.1, 0.01) },
}
-- expect: 10: train.rate belongs to algorithm = "adam", not to algorithm = "lbfgs"
