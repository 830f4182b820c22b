-- A step for each layer but one.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  step = { 0.1, 0.2, 0.1 },
}
-- expect: 10: step lists 3 steps; there are layers = 4
