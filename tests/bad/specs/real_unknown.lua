-- No such real type.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  real = "half",
}
-- expect: 10: real = "half": it must be "double" or "float"
