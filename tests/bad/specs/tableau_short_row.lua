-- A row too short.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = tableau {
    A = { { 0 }, { 1 }, { 1 } },
    b = { "1/2", "1/4", "1/4" },
  },
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 7: A[3] has 1 entries; with 3 weights in b it needs 3
