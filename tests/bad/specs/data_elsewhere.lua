-- A number of samples under another name.
return network {
  name = "m",
  inputs = 2,
  width = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "spiral2d", n = 100 },
  train = { iterations = 1 },
}
-- expect: 11: unknown key "n" in data; did you mean "samples"?
