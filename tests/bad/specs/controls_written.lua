-- A control that is replaced by a string.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = { a = scalar() },
  field = function(y, u)
    u.a = "x"
    return y * u.a
  end,
}
-- expect: 12: an expression was expected here, not string
