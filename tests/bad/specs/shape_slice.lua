-- A slice beyond the end.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {},
  field = function(y, u)
    return y:slice(1, 3)
  end,
}
-- expect: 11: slice(1, 3) of a vector of 2
