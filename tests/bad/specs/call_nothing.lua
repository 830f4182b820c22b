-- A function without its argument.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {},
  field = function(y, u)
    return dot(y)
  end,
}
-- expect: 11: an argument is missing: an expression was expected
