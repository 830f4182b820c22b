return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  step = 0.1,
  method = "crank_nicolson",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 6: there is no tableau "crank_nicolson"; did you mean "trapezoidal"?
