-- A control without a name.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = { vector(2) },
  field = function(y, u)
    return y
  end,
}
-- expect: 9: a control has no name: write controls = { name = vector(2) }
