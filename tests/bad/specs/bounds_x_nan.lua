-- A bound that is not a number.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2) },
  field = function(y, u) return u.A * y end,
  loss = "squared",
  learn = { "x" },
  bounds = { x = { 0, { 1, 0 / 0 } } },
}
-- expect: 11: bounds.x holds what is not a number
