-- A head that nothing looks at.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  cost = function(y, u) return sum(y^2) end,
  head = { outputs = 1, link = "identity" },
}
-- expect: 10: a head makes predictions for a loss, which is missing; without one the prediction is the state
