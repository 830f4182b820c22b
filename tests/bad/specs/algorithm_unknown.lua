-- Of an algorithm that there is not nobody knows the settings.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "spiral2d" },
  train = { algorithm = "sgd", momentum = 0.9, rate = 0.1 },
}
-- expect: 11: unknown key "momentum" in train
-- expect: 11: train.algorithm = "sgd": it must be "adam" or "lbfgs" or "newton" or "gaussnewton"; did you mean "adam"?
