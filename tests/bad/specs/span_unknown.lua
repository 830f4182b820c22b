-- A control that the field does not have.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  span = { theta = "all" },
}
-- expect: 10: unknown key "theta" in span; there are A, c, g, dt
