-- Cross-entropy is no sum of squares.
return network {
  name = "bad", inputs = 2, layers = 3, method = "kutta4", activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "crossentropy",
  train = { algorithm = "gaussnewton" },
}
-- expect: 6: train.algorithm = "gaussnewton" needs loss = "squared"
