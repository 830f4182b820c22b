-- Two algorithms.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { search = "armijo", algorithm = "adam" },
}
-- expect: 10: train has both search and algorithm: choose one
