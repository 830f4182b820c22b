-- Labels of too many indices.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { x = { { 0, 1 } }, labels = { { { { 1 } } } } },
}
-- expect: 10: data.labels has more than 3 indices
