-- A prediction that is a matrix.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  span = { A = "all" },
  head = function(y, u) return u.A end,
}
-- expect: 11: the head must return a vector or a scalar, not a shared matrix[2,2]
