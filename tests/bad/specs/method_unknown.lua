-- A typo in a method.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kuta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 6: there is no tableau "kuta4"; did you mean "kutta4"?
