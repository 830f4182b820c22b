-- No loss.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
}
-- expect: 2: loss is missing: "squared", "crossentropy", "huber"
