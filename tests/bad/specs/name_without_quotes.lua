-- A name without quotes.
return network {
  name = "m",
  inputs = 2,
  width = 2,
  layers = 3,
  method = kutta4,
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "spiral2d", samples = 20 },
  train = { iterations = 1 },
}
-- expect: 7: specs have no "kutta4"; "kutta4" in quotes is the name of a tableau
