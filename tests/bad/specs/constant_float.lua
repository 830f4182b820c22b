-- A number that float has not.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  real = "float",
  activation = function(x) return tanh(1e300 * x) end,
  head = { outputs = 1, link = "sigmoid" }, loss = "squared",
}
-- expect: 2: a number in its expressions is beyond the range of real = "float"
