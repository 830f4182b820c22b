-- A tableau where an activation is expected.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "euler",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 7: there is no activation "euler"; it belongs to the network itself: method = "euler"
