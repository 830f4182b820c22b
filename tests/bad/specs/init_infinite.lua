-- A beginning without end.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  init = { c = { 1, inf } },
}
-- expect: 10: init.c holds a number that is not finite
