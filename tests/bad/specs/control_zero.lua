-- A vector of nothing.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {
    a = vector(0),
  },
  field = function(y, u)
    return y
  end,
}
-- expect: 10: a control has 1 to 4096 rows and columns, not 0
