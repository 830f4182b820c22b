-- And a penalty.
return network {
  name = "bad", inputs = 2, layers = 3, method = "kutta4", activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  penalty = function(u, v, h) return sum((u.K - v.K)^2) / h end,
  train = { algorithm = "gaussnewton" },
}
-- expect: 6: train.algorithm = "gaussnewton" minimises squared residuals; a penalty is none
