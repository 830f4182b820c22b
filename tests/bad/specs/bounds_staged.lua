-- A bound for each stage is none for a value.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  span = { g = "stage" },
  bounds = { g = { { -1, -2 }, 1 } },
}
-- expect: 11: bounds.g: lower and upper are numbers or have the shape of one value, a number, or of the whole tensor, [4,1]
