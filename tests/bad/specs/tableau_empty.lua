-- No stages.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = tableau {
    A = {},
    b = {},
  },
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 7: A has 0 rows and b has 0 entries; they must agree, 1 to 64
