-- A number for a truth value.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  recompute = 1,
}
-- expect: 10: recompute must be true or false, not an integer
