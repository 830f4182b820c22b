-- Fewer iterations than none.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "spiral2d" },
  train = { iterations = -1 },
}
-- expect: 11: train.iterations = -1 is out of range: 0 to 1000000000
