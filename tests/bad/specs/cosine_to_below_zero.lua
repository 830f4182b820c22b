-- A rate that falls below 0.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { algorithm = "adam", rate = cosine(0.1, -0.1) },
}
-- expect: 10: cosine(a, b): a rate that falls from a > 0 to b, 0 or more and at most a
