-- A link where an activation is expected.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "softmax",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 7: there is no activation "softmax"; it belongs in head: head = { link = "softmax" }
