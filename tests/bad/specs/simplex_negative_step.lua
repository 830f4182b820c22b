-- A simplex of negative sum.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  simplex = true,
  learn = { "dt" },
  step = -0.1,
}
-- expect: 10: simplex = true needs a positive step
