-- A simplex is kept by gradient descent alone.
return network {
  name = "bad", inputs = 2, layers = 3, method = "kutta4", activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared", learn = { "K", "dt" }, simplex = true,
  train = { algorithm = "gaussnewton" },
}
-- expect: 6: train.algorithm = "gaussnewton" does not keep simplex = true; armijo, lipschitz and adam do
