-- No tensor of that name.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  init = {
    K = normal(1),
    w = normal(1),
  },
}
-- expect: 12: unknown key "w" in init; did you mean "W"?
