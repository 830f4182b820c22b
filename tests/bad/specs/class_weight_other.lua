-- A weight of classes that there is none of.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "a.csv", class_weight = "equal" },
}
-- expect: 10: data.class_weight is "balanced", not "equal"
