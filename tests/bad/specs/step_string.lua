-- A string for the step.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  step = "0.1",
}
-- expect: 10: step must be a number, not a string
