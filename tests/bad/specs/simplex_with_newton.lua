-- A simplex of steps is kept by gradient descent alone.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  learn = { "K", "dt" },
  simplex = true,
  train = {
    algorithm = "newton",
  },
}
-- expect: 13: train.algorithm = "newton" does not keep simplex = true; armijo, lipschitz and adam do
