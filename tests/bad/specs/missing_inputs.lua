-- No inputs.
return network {
  name = "bad",
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 2: inputs is missing: how many numbers a sample has
