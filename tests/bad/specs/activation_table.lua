-- A table for the activation.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = {},
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 7: activation must be a name or function(x) ... end, not a table
