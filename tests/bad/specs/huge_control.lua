-- A control beyond any use.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {
    a = matrix(1e6, 1e6),
  },
  field = function(y, u) return y end,
}
-- expect: 10: a control has 1 to 4096 rows and columns, not 1000000
