-- A typo in a key.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  widht = 2,
}
-- expect: 10: unknown key "widht" in network; did you mean "width"?
