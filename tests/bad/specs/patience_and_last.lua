-- Whoever waits for better keeps the best.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { patience = 20, keep = "last" },
}
-- expect: 10: train.patience waits for a better iterate than the best, which it keeps: leave keep away
