-- Bounds of inputs that are data.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2) },
  field = function(y, u) return u.A * y end,
  loss = "squared",
  bounds = { x = { 0, 1 } },
}
-- expect: 10: bounds.x bounds what is learnt, but learn lacks "x"
