-- No head.outputs.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { link = "sigmoid" },
  loss = "squared",
}
-- expect: 8: head.outputs is missing: how many numbers a prediction has
