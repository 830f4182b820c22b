-- No head.link.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1 },
  loss = "squared",
}
-- expect: 8: head.link is missing: "identity", "sigmoid", "softmax"
