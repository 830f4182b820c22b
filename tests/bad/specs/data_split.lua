-- A share above one.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "spiral2d", split = 1.5 },
}
-- expect: 10: data.split = 1.5 is out of range: 0 to 1
