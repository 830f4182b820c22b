-- A product of matrices.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = { K = matrix(2, 2) },
  field = function(y, u)
    return u.K * u.K * y
  end,
}
-- expect: 11: a matrix times a matrix is not supported: write A * (B * y)
