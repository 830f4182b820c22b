-- A number for the method.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = 4,
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 6: method must be the name of a tableau or tableau { A = ..., b = ... }, not an integer
