-- A rate that rises.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { algorithm = "adam", rate = cosine(0.0001, 0.01) },
}
-- expect: 10: cosine(a, b): a rate that falls from a > 0 to b, 0 or more and at most a
