-- How nothing is held.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  hold = "linear",
}
-- expect: 10: hold says what signals do between their times, but signals is not given
