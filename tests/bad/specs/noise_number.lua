-- One number.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  noise = 0.1,
}
-- expect: 10: noise must be a table, { 0.1, 0.5 }, not a number
