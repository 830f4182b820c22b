-- Weights for an algorithm that takes none.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "a.csv", weight = "w" },
  train = { algorithm = "gaussnewton" },
}
-- expect: 11: train.algorithm = "gaussnewton" does not take weights: leave data.weight away
