-- A word for no layers.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  observe = "first",
}
-- expect: 10: observe is "last", "all", a number of layers or a list of layers, not "first"
