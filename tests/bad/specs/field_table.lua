-- A field that returns a table.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {},
  field = function(y, u)
    return {}
  end,
}
-- expect: 11: the function must return an expression, not table; a vector is concat(a, b), and the controls u are none
