-- Two coupled stages of a state that is too wide for them.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  width = 65,
  method = tableau {
    A = { { "5/12", "-1/12" }, { "3/4", "1/4" } },
    b = { "3/4", "1/4" },
  },
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 7: 2 implicit stages of width 65 are an equation in 130 unknowns; at most 128
