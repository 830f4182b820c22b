-- A word for a fraction.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = tableau {
    A = { { 0 }, { "half" } },
    b = { 0, 1 },
  },
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 7: A[2][1] = "half" is not a fraction such as "1/6"
