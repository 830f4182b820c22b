-- A function with too many arguments.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {},
  field = function(y, u)
    return tanh(y, y)
  end,
}
-- expect: 11: tanh takes one argument
