-- Bounds of what is not learnt.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  learn = { "A" },
  bounds = { g = { -1, 1 } },
}
-- expect: 11: bounds.g bounds what is learnt, but learn lacks "g"
