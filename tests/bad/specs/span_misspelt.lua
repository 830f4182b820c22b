-- A control's name in other letters.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "kutta3",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  span = { k = "all" },
}
-- expect: 10: unknown key "k" in span; did you mean "K"?
