-- A key as JSON has it.
return network {
  name = "m",
  inputs = 2,
  width = 2,
  layers: 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "spiral2d", samples = 20 },
  train = { iterations = 1 },
}
-- expect: 6: <name> expected near '3'; a key is written key = value
