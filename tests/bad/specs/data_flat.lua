-- A number where the first sample is a list.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { x = { { 0, 1 }, 2 }, labels = { 0, 1 } },
}
-- expect: 10: data.x holds an integer where a list of 2 is expected, as the first is
