-- The matrix would have the square of the parameters.
return network {
  name = "bad", inputs = 2, layers = 3, method = "kutta4", activation = "tanh",
  width = 30,
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { algorithm = "gaussnewton" },
}
-- expect: 7: train.algorithm = "gaussnewton" takes at most 1000 parameters; these are 2824
