-- Layers beyond any memory.
return network {
  name = "bad",
  inputs = 4096,
  layers = 1e7,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 5: the network has 167813130004097 parameters; at most 1073741824 are supported
