-- Nor one of stages.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  cost = function(y, u) return sum(y^2) end,
  span = { g = "stage" },
  terminal = function(y, u) return u.g * sum(y) end,
}
-- expect: 11: u.g: terminal sees controls of span "all" alone; this one has a value for each stage
