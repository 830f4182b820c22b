-- Two constraints of the time steps.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  learn = { "dt" },
  simplex = true,
  bounds = { dt = { 0, 1 } },
}
-- expect: 12: simplex = true keeps the steps positive with their sum; bounds.dt would be a second constraint
