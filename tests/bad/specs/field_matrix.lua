-- A matrix for a field.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = { K = matrix(2, 2) },
  field = function(y, u)
    return u.K
  end,
}
-- expect: 10: the field must return a vector of width = 2, not a shared matrix[2,2]
