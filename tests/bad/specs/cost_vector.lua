-- A cost of several numbers.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  cost = function(y, u) return y^2 end,
}
-- expect: 9: cost must return a scalar, such as sum(v), not a varying vector[2]
