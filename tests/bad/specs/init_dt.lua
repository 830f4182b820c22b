-- The step has its own key.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  init = { dt = 0.2 },
}
-- expect: 10: dt begins at step: set step = 0.333333
