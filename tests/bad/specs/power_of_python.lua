-- A power as Python has it.
return network {
  name = "m",
  inputs = 2,
  width = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "spiral2d", samples = 20 },
  train = { iterations = 1 },
  controls = { K = matrix(2, 2) },
  field = function(y, u) return tanh(u.K * y)**2 end,
}
-- expect: 13: unexpected symbol near '*'; a power is x^2
