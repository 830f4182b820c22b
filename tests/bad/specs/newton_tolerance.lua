-- A tolerance of 0 is never reached.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  learn = { "K" },
  train = { algorithm = "newton", tolerance = 0 },
}
-- expect: 11: train.tolerance = 0 is out of range: 1e-300 to 1e+300
