-- Bounds of a tensor that is not there.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  bounds = { G = { -1, 1 } },
}
-- expect: 10: unknown key "G" in bounds; did you mean "g"?
