-- The same in a sum.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u, t, s) return u.A * y + s end,
  loss = "squared",
}
-- expect: 8: there are no signals s: the key signals, which says how many, is not given
