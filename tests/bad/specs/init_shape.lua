-- A matrix of another shape.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  init = { A = { { 1, 0, 0 }, { 0, 1, 0 } } },
}
-- expect: 10: init.A must have the shape of one value, 2 rows of 2 numbers, or of the whole tensor, [4,2,2]
