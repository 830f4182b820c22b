-- Decay that grows.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  decay = -0.1,
}
-- expect: 10: decay = -0.1 is out of range: 0 to 1e+300
