-- A comparison of expressions.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {},
  field = function(y, u)
    if y[1] > 0 then return y end
    return -y
  end,
}
-- expect: 11: expressions have no value yet and cannot be compared; use max, min or abs
