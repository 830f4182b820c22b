-- A loss of several numbers.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = function(p, c) return (p - c)^2 end,
}
-- expect: 9: loss must return a scalar, such as sum(v), not a varying vector[2]
