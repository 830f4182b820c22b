-- A word among the numbers of a sample.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { x = { { 0, "one" } }, labels = { 0 } },
}
-- expect: 10: data.x holds a string where a number is expected
