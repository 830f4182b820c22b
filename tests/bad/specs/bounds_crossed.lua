-- Bounds that leave nothing.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  bounds = { g = { 1, -1 } },
}
-- expect: 10: bounds.g cross: from 1 to -1
