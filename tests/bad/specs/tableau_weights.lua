-- Weights that do not sum to one.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = tableau {
    A = { { 0, 0 }, { 1, 0 } },
    b = { "1/2", "1/3" },
  },
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 8: the weights b sum to 5/6; they must sum to 1
