-- A number for a control.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = { a = 2 },
  field = function(y, u)
    return y
  end,
}
-- expect: 9: controls.a must be matrix(rows, columns), vector(rows) or scalar(), not an integer
