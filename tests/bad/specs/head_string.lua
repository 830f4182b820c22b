-- A string for a table.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = "sigmoid",
  loss = "squared",
}
-- expect: 8: head must be a table, { outputs = 1, link = "sigmoid" }, not a string
