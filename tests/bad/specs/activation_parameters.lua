-- An activation is of one entry.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  activation = function(x, slope) return slope * tanh(x) end,
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 7: the function has 2 parameters, and is given 1 argument
