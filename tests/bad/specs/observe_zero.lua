-- Every no layers.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  observe = 0,
}
-- expect: 10: observe = 0: every so many layers, 1 to layers = 4
