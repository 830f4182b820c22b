-- Half a layer has no state.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2) },
  field = function(y, u) return u.A * y end,
  observe = 1.5,
  loss = "squared",
}
-- expect: 9: observe is "last", "all", a number of layers or a list of layers, not 1.5
