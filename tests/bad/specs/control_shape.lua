-- A matrix of one extent.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {
    K = matrix(2),
  },
  field = function(y, u)
    return u.K * y
  end,
}
-- expect: 10: matrix(rows, columns), vector(rows) or scalar()
