-- A matrix among vectors.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = { K = matrix(2, 2) },
  field = function(y, u)
    return concat(y, u.K)
  end,
}
-- expect: 11: concat takes vectors and scalars, not a 2 x 2 matrix
