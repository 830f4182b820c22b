-- Classes where targets are numbers.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "identity" },
  loss = "squared",
  data = { "a.csv", class_weight = "balanced" },
}
-- expect: 10: data.class_weight is for classes, and the targets are numbers
