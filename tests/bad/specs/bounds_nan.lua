-- A bound that is no number.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  bounds = { g = { -1, 0 / 0 } },
}
-- expect: 10: bounds.g holds what is not a number
