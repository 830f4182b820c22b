-- A missing comma.
return network {
  name = "bad",
  inputs = 2
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 5: '}' expected (to close '{' at line 2) near 'layers'; a comma may be missing before it, or the } itself
