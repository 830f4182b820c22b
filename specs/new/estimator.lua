-- What the classifier and the regressor of the Python package train: for each data set with inputs, outputs, link and loss of
-- its own.
return network {
  inputs = 2, width = 4, layers = 10, method = "kutta4", activation = "tanh",
  head = { outputs = 1, link = "sigmoid" }, loss = "crossentropy", average = true,
  train = { algorithm = "lbfgs", iterations = 200 },
}
