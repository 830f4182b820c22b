-- A number for a boolean.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  lift = 1,
}
-- expect: 10: lift must be true, false or function(x, u) ... end, not an integer
