-- No layer at all.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  span = { A = 0 },
}
-- expect: 10: span.A is a number of layers from 1, "all" or "stage", not 0
