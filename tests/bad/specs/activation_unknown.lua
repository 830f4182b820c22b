-- A typo in an activation.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tahn",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 7: there is no activation "tahn"; did you mean "tanh"?
