-- Targets in two units.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "identity" },
  loss = "squared",
  noise = { 0.1 },
  data = { "a.csv", standardize_labels = true },
}
-- expect: 11: data.standardize_labels gives targets another unit than that of their noise: leave one of them away
