-- A negative seed.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  seed = -1,
}
-- expect: 10: seed = -1 is out of range: 0 to 9007199254740992
