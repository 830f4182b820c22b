-- No samples.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { x = {}, labels = {} },
}
-- expect: 10: data.x has an empty table
-- expect: 10: data.labels has an empty table
