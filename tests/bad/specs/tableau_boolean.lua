-- A boolean for a fraction.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = tableau {
    A = { { 0 }, { true } },
    b = { 0, 1 },
  },
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 7: A[2][1] must be a fraction such as "1/6", not a boolean
