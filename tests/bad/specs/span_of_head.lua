-- What has no layers has no span.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "kutta3",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  span = { W = "all" },
}
-- expect: 10: unknown key "W" in span; there are K, b, dt
