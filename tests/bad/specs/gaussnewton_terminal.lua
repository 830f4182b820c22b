-- So may a terminal.
return network {
  name = "bad", inputs = 2, layers = 3, method = "kutta4", activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  terminal = function(y) return y[1] end,
  train = { algorithm = "gaussnewton" },
}
-- expect: 6: train.algorithm = "gaussnewton" minimises squared residuals; a terminal is none
