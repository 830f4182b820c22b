-- The metatable of an expression.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {},
  field = function(y, u)
    y.__index = 1
    return y
  end,
}
-- expect: 11: attempt to index a expression value (local 'y')
