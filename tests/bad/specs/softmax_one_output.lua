-- The softmax of one output.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "softmax" },
  loss = "squared",
}
-- expect: 8: the softmax of one output is always 1: use link = "sigmoid" or more outputs
