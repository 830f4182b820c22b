-- Cross-entropy of what is no probability.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 2, link = "identity" },
  loss = "crossentropy",
}
-- expect: 9: loss = "crossentropy" needs the link "sigmoid" or "softmax", not "identity"
