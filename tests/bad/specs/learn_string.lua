-- A string for the list of learnt tensors.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  learn = "K",
}
-- expect: 10: learn must be a table, { "K", "b" }, not a string
