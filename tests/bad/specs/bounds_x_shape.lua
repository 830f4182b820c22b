-- One bound too many for two inputs.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2) },
  field = function(y, u) return u.A * y end,
  loss = "squared",
  learn = { "A", "x" },
  bounds = { x = { 0, { 1, 1, 1 } } },
}
-- expect: 11: bounds.x: lower and upper are numbers or have the shape of one value, 2 numbers
