-- A key that resembles none.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  frobnicate = 1,
}
-- expect: 10: unknown key "frobnicate" in network
