-- A field that returns nothing.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {},
  field = function(y, u)
    local z = tanh(y)
  end,
}
-- expect: 12: the function must return an expression, not nil; is its return missing?
