-- A state has no business in a penalty.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  penalty = function(u, v, h) return sum(u.y) end,
}
-- expect: 10: there is no control "y"
