-- Time steps are not learnt unless it is said.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  bounds = { dt = { 0, inf } },
}
-- expect: 10: bounds.dt bounds what is learnt, but learn lacks "dt"
