-- No layers.
return network {
  name = "bad",
  inputs = 2,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 2: layers is missing: how many steps
