-- Half a checkpoint.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  checkpoints = 2.5,
}
-- expect: 10: checkpoints must be an integer, not 2.5
