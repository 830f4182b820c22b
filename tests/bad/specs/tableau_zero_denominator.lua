-- A fraction without a value.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = tableau {
    A = { { 0 }, { "1/0" } },
    b = { 0, 1 },
  },
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 7: A[2][1] = "1/0" is not a fraction such as "1/6"
