-- P exists with lift only.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  learn = { "K", "P" },
}
-- expect: 10: learn: there is no tensor "P"; there are K, b, dt, W, mu
