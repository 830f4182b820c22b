-- A typo in an inner key.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = {
    outputs = 1,
    lnik = "sigmoid",
    link = "sigmoid",
  },
  loss = "squared",
}
-- expect: 10: unknown key "lnik" in head; did you mean "link"?
