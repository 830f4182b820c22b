-- A name of two lines.
return network {
  name = "a\nb",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 3: name = "a?b" is not a C identifier: a letter, then letters, digits and _
