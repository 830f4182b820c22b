-- Squares alone.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "identity" },
  loss = "huber",
  train = { algorithm = "gaussnewton" },
}
-- expect: 10: train.algorithm = "gaussnewton" needs loss = "squared"
