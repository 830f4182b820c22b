-- Targets that have no unit.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 3, link = "softmax" },
  loss = "crossentropy",
  data = { "a.csv", standardize_labels = true },
}
-- expect: 10: data.standardize_labels is for targets that are numbers, and these are classes
