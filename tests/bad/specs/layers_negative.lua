-- A negative number of layers.
return network {
  name = "bad",
  inputs = 2,
  layers = -1,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 5: layers = -1 is out of range: 1 to 10000000
