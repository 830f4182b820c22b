-- The implicit midpoint rule.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = tableau {
    A = { { "1/2" } },
    b = { 1 },
  },
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 7: the tableau is implicit: A[1][1] is not zero; only explicit methods (A strictly lower triangular) are supported
