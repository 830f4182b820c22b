-- A step has no stages.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  span = { dt = "stage" },
}
-- expect: 10: span.dt: a step has no stages of its own: a number or "all"
