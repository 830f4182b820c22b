-- Bounds the wrong way round.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  init = {
    K = uniform(1, 0),
  },
}
-- expect: 11: uniform(a, b): a must be at most b
