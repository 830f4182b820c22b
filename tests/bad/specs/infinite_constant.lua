-- An infinite number.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {},
  field = function(y, u)
    return y * (1 / 0)
  end,
}
-- expect: 11: a number in an expression is not finite
