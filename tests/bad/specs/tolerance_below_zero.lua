-- A gradient is not below it.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { algorithm = "gaussnewton", tolerance = -1e-8 },
}
-- expect: 10: train.tolerance = -1e-08 is out of range: 1e-300 to 1e+300
