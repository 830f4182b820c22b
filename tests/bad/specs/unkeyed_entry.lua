-- An entry without a key.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  seed = 1, 7,
}
-- expect: 2: entry 1 of network has no key: write key = value
