-- A byte that is no UTF-8.
return network {
  name = "bäd",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 3: a byte that is not UTF-8
