-- A letter that C does not know.
return network {
  name = "réseau",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 3: name = "réseau" is not a C identifier: a letter, then letters, digits and _
