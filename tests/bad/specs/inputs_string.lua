-- A string for a number.
return network {
  name = "bad",
  inputs = "two",
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 4: inputs must be an integer, not a string
