-- No weights.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = tableau {
    A = { { 0 } },
  },
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 6: tableau.b is missing: the weights, { "1/2", "1/2" }
