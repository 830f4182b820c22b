-- A comma that is missing.
return network {
  name = "m",
  inputs = 2,
  width = 2,
  layers = 3
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "spiral2d", samples = 20 },
  train = { iterations = 1 },
}
-- expect: 7: '}' expected (to close '{' at line 2) near 'method'; a comma may be missing before it, or the } itself
