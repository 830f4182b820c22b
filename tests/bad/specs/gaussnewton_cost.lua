-- Costs may be below 0.
return network {
  name = "bad", inputs = 2, layers = 3, method = "kutta4", activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  cost = function(y, u) return y[1] end,
  train = { algorithm = "gaussnewton" },
}
-- expect: 6: train.algorithm = "gaussnewton" minimises squared residuals; a cost is none
