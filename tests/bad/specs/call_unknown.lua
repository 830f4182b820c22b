-- A function that is not there.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {},
  field = function(y, u)
    return tnah(y)
  end,
}
-- expect: 11: specs have no "tnah"; did you mean "tanh"?
