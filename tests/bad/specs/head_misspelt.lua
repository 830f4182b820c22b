-- A control that is not there.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  head = function(y, u) return u.a * y end,
}
-- expect: 10: there is no control "a"
