-- A name that is code.
return network {
  name = "x; int y",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 3: name = "x; int y" is not a C identifier: a letter, then letters, digits and _
