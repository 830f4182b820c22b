-- Neither does a head.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  head = function(y, u) return u.A * y end,
}
-- expect: 10: u.A: head sees controls of span "all" alone; this one has a value for each layer
