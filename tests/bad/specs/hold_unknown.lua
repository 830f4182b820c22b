-- A hold of another kind.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  signals = 1,
  hold = "cubic",
}
-- expect: 11: hold = "cubic": it must be "zero" or "linear"
