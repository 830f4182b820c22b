-- A typo in train.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { serach = "armijo" },
}
-- expect: 10: unknown key "serach" in train; did you mean "search"?
