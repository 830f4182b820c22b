-- A time that is no column.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "points.csv", time = 1 },
}
-- expect: 10: data.time must be a string, not an integer
