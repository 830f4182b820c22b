-- A search is no algorithm.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { algorithm = "armijo" },
}
-- expect: 10: train.algorithm = "armijo": it must be "adam" or "lbfgs" or "newton" or "gaussnewton"; it belongs in train: train = { search = "armijo" }
