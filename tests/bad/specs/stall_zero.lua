-- A standstill of no iterations.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { stall = 0 },
}
-- expect: 10: train.stall = 0 is out of range: 1 to 1000000000
