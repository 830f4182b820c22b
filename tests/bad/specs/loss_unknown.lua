-- No such loss.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "quadratic",
}
-- expect: 9: loss = "quadratic": it must be "squared" or "crossentropy" or "huber"
