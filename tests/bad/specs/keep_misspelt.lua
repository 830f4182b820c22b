-- A key that is nearly one.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { algorithm = "lbfgs", kep = "best" },
}
-- expect: 10: unknown key "kep" in train; did you mean "keep"?
