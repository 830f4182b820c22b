-- A string for data.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = "spiral2d",
}
-- expect: 10: data must be a table, { "points.csv", split = 0.8 }, not a string
