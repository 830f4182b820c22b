-- A name that begins with a digit.
return network {
  name = "2d",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 3: name = "2d" is not a C identifier: a letter, then letters, digits and _
