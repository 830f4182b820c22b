-- A second signal where there is one.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u, t, s) return u.A * y + s[2] * u.c end,
  loss = "squared",
  signals = 1,
}
-- expect: 8: entry [2] of a vector of 1: they count from 1
