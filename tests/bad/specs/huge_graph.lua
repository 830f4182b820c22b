-- A field of too many operations.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {},
  field = function(y, u)
    for i = 1, 1e6 do y = tanh(y) end
    return y
  end,
}
-- expect: 11: the expression has more than 10000 operations
