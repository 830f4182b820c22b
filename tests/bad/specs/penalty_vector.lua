-- A penalty of several numbers.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  penalty = function(u, v, h) return (v.c - u.c)^2 end,
}
-- expect: 10: penalty must return a scalar, such as sum(v), not a shared vector[2]
