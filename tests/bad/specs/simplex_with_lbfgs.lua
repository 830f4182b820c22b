-- A constraint on the sum of the steps, and steps that know bounds alone.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  learn = { "K", "b", "dt" },
  simplex = true,
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { algorithm = "lbfgs" },
}
-- expect: 12: train.algorithm = "lbfgs" does not keep simplex = true; armijo, lipschitz and adam do
