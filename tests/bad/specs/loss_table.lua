-- A loss that is a table.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = {},
}
-- expect: 9: loss must be a name or function(p, c) ... end, not a table
