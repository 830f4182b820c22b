-- A field without controls.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  field = function(y, u) return y end,
}
-- expect: 9: a field needs controls = { ... } (which may be empty)
