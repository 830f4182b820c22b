-- One implicit stage of a state that is too wide for it.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  width = 129,
  method = tableau { A = { { "1/2" } }, b = { 1 } },
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 7: 1 implicit stage of width 129 is an equation in 129 unknowns; at most 128
