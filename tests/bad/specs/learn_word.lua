-- A tensor that is not there.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  learn = { "A", "theta" },
}
-- expect: 10: learn: there is no tensor "theta"; there are A, c, g, dt
