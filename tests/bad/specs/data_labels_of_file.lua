-- Numbers for the labels of a file.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "points.npy", labels = { 0, 1 } },
}
-- expect: 10: data.labels must be a string, not a table
