-- Another language's module.
return network {
  name = "m",
  inputs = 2,
  width = 2,
  layers = 3,
  method = "kutta4",
  activation = function(x) return np.tanh(x) end,
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "spiral2d", samples = 20 },
  train = { iterations = 1 },
}
-- expect: 8: specs have no "np"; functions stand alone: tanh(x)
