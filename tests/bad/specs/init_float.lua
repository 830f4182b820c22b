-- A beginning that float has no number for.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared", real = "float",
  init = { c = { 1, 3.5e38 } },
}
-- expect: 10: init.c holds a number beyond the range of real = "float"
