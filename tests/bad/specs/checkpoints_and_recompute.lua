-- The states of all layers and of some.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  checkpoints = 2,
  recompute = true,
}
-- expect: 11: recompute = true keeps the state of every layer, checkpoints = 2 those of some: use one of them
