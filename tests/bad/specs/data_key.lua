-- A key that data does not have.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "points.csv", trajectories = "id" },
}
-- expect: 10: unknown key "trajectories" in data; did you mean "trajectory"?
