-- Samples in place and a file.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "points.csv", x = { { 0, 1 } }, labels = { 0 } },
}
-- expect: 10: data has samples in place, x, and names others: leave one of them out
