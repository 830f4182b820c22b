-- A step that is a word.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  step = { 0.1, 0.2, "a", 0.2 },
}
-- expect: 10: step[3] must be a number from -1e6 to 1e6, not a string
