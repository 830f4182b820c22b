-- A number for the name.
return network {
  name = 7,
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 3: name must be a string, not an integer
