-- No such link.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmod" },
  loss = "squared",
}
-- expect: 8: head.link = "sigmod": it must be "identity" or "sigmoid" or "softmax"; did you mean "sigmoid"?
