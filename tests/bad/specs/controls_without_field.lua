-- Controls of nothing.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = { a = scalar() },
}
-- expect: 10: controls belong to a field, which is missing
