-- A key among the learnt tensors.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  learn = { K = true },
}
-- expect: 10: unknown key "K" in learn
