-- Steps of which one counts less.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  span = { dt = 3 },
  learn = { "dt" },
  simplex = true,
}
-- expect: 12: simplex = true counts all steps alike, but the last value of dt spans 1 of its 3 layers
