-- A matrix for each sample.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = { K = matrix(2, 2) },
  field = function(y, u)
    return (u.K * y[1]) * y
  end,
}
-- expect: 11: a matrix that differs from sample to sample is not supported
