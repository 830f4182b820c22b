-- A file for the labels of samples in place.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { x = { { 0, 1 } }, labels = "y.npy" },
}
-- expect: 10: data.labels is a list of samples, not a string
