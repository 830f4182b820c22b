-- Samples of different lengths.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { x = { { 0, 1 }, { 0 } }, labels = { 0, 1 } },
}
-- expect: 10: data.x: a list of 1 where the first has 2 entries
