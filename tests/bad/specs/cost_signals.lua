-- A cost that takes signals where there are none.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  cost = function(y, u, t, s) return sum(y) * s[1] end,
}
-- expect: 9: there are no signals s: the key signals, which says how many, is not given
