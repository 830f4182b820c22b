-- A string for an expression.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {},
  field = function(y, u)
    return tanh("y")
  end,
}
-- expect: 11: an expression was expected here, not string
