-- Neither have costs.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  cost = function(y, u) return sum(y^2) end,
  noise = { 1, 1 },
}
-- expect: 10: noise divides residuals; this loss has none: it belongs to "squared" and "huber"
