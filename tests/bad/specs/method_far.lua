-- No such method.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "leapfrog_of_yoshida",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 6: there is no tableau "leapfrog_of_yoshida" in specs/tableau
