-- Data from nowhere.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { samples = 10 },
}
-- expect: 10: data must begin with the name of a generator or a file: data = { "spiral2d", ... }
