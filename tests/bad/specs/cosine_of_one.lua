-- A rate that falls to nowhere.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { algorithm = "adam", rate = cosine(0.1) },
}
-- expect: 10: bad argument #2 to 'cosine' (number expected, got no value)
