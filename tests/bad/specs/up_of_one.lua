-- A factor that must be some more than 1.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { search = "lipschitz", up = 1 },
}
-- expect: 10: train.up = 1 is out of range: 1.000001 to 1e+300
