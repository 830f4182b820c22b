-- Bounds of another shape.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  bounds = { c = { { -1, -1, -1 }, { 1, 1, 1 } } },
}
-- expect: 10: bounds.c: lower and upper are numbers or have the shape of one value, 2 numbers, or of the whole tensor, [4,2]
