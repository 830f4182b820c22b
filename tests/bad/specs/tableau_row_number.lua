-- A number for a row.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = tableau {
    A = { 0 },
    b = { 1 },
  },
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 7: A[1] must be a table of fractions, not an integer
