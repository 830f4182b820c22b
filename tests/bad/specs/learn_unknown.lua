-- No such tensor.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  learn = { "K", "B" },
}
-- expect: 10: learn: there is no tensor "B"; did you mean "b"?
