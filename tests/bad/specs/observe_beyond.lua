-- A layer after the last.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  observe = { 2, 5 },
}
-- expect: 10: observe: an observed layer is an integer from 0, the first state, to layers = 4
