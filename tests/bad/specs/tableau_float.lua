-- A third that is none.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = tableau {
    A = { { 0 },
          { 0.3333, 0 } },
    b = { 0.5, 0.5 },
  },
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 7: A[2][1] = 0.3333 is not exact; write a fraction: "1/3"
