-- A negative deviation.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  init = {
    K = normal(-1),
  },
}
-- expect: 11: normal(s): the standard deviation s must be 0 or more
