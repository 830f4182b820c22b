-- A loss that returns nothing.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = function(p, c) local e = p - c end,
}
-- expect: 9: the function must return an expression, not nil; is its return missing?
