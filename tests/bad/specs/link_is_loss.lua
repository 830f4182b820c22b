-- A loss where a link is expected.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "crossentropy" },
  loss = "squared",
  data = { "spiral2d" },
  train = { iterations = 3 },
}
-- expect: 8: head.link = "crossentropy": it must be "identity" or "sigmoid" or "softmax"; it belongs to the network itself: loss = "crossentropy"
