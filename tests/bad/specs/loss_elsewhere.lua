-- A loss under the name that others give it.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "mse",
  data = { "spiral2d" },
  train = { iterations = 3 },
}
-- expect: 9: loss = "mse": it must be "squared" or "crossentropy" or "huber"; did you mean "squared"?
