-- A label without end.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { x = { { 0, 1 } }, labels = { 1 / 0 } },
}
-- expect: 10: data.labels holds a number that is not finite
