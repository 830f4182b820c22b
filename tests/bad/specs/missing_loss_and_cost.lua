-- Nothing to minimise.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2), g = scalar() },
  field = function(y, u) return u.A * y + u.c end,
}
-- expect: 2: loss is missing: "squared", "crossentropy", "huber"
