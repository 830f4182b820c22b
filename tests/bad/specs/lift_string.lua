-- A lift that is a word.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  lift = "affine",
}
-- expect: 10: lift must be true, false or function(x, u) ... end, not a string
