-- A lift to one channel of two.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  lift = function(x, u) return x:slice(1, 1) end,
}
-- expect: 10: the lift must return a vector of width = 2, not a varying vector[1]
