-- A name with a byte 0.
return network {
  name = "a\0b",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 2: a string with a byte 0
