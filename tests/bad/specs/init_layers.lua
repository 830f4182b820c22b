-- A value too many for the layers.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { g = scalar() },
  field = function(y, u) return u.g * y end,
  loss = "squared",
  init = { g = { 1, 2, 3, 4, 5 } },
}
-- expect: 10: init.g must have the shape of one value, a number, or of the whole tensor, [4]
