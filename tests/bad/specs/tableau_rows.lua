-- More rows than weights.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = tableau {
    A = { { 0 }, { 1 } },
    b = { 1 },
  },
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 7: A has 2 rows and b has 1 entries; they must agree, 1 to 64
