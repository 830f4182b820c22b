-- A link where a loss is expected.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "softmax",
  data = { "spiral2d" },
  train = { iterations = 3 },
}
-- expect: 9: loss = "softmax": it must be "squared" or "crossentropy" or "huber"; it belongs in head: head = { link = "softmax" }
