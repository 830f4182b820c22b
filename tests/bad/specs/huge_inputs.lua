-- Dimensions beyond any use.
return network {
  name = "bad",
  inputs = 1e15,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  width = 1e9,
}
-- expect: 4: inputs = 1000000000000000 is out of range: 1 to 1048576
-- expect: 10: width = 1000000000 is out of range: 1 to 4096
