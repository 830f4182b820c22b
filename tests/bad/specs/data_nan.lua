-- A feature that is not a number.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { x = { { 0, 0 / 0 } }, labels = { 0 } },
}
-- expect: 10: data.x holds a number that is not finite
