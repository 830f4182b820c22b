-- A row too long.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = tableau {
    A = { { 0 }, { 1, 0, 0 } },
    b = { "1/2", "1/2" },
  },
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 7: A[2] has 3 entries; with 2 weights in b it needs 2
