-- The second component's bounds cross.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2) },
  field = function(y, u) return u.A * y end,
  loss = "squared",
  learn = { "A", "x" },
  bounds = { x = { { -1, 2 }, 1 } },
}
-- expect: 11: bounds.x cross: from 2 to 1
