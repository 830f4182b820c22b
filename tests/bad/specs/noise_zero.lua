-- A measurement without noise.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  noise = { 0.1, 0 },
}
-- expect: 10: noise[2] is the standard deviation of a target: a number above 0
