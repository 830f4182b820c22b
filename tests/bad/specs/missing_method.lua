-- No method.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 2: method is missing
