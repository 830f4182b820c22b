-- A lift sees no control of a layer.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  lift = function(x, u) return x + u.c end,
}
-- expect: 10: u.c: lift sees controls of span "all" alone; this one has a value for each layer
