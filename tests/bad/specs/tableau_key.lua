-- The nodes c follow from A.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = tableau {
    A = { { 0 } },
    b = { 1 },
    c = { 0 },
  },
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 9: unknown key "c" in tableau; there are A, b
