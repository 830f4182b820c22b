-- A simplex of steps that are not learnt.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  simplex = true,
}
-- expect: 10: simplex = true constrains the time steps, but learn lacks "dt"
