-- Stages are singular.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "kutta3",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  span = { K = "stages" },
}
-- expect: 10: span.K is a number of layers from 1, "all" or "stage", not "stages"
