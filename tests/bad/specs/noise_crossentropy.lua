-- Classes have no residuals.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "kutta3",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "crossentropy",
  noise = { 1 },
}
-- expect: 10: noise divides residuals; this loss has none: it belongs to "squared" and "huber"
