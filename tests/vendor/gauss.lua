-- Gauss's method of order 4, whose stages are an equation, with learnt steps.
return network {
  name = "gauss", inputs = 2, width = 3, layers = 3, step = 0.4, method = "gauss4", activation = "tanh",
  head = { outputs = 2, link = "softmax" }, loss = "crossentropy", average = true,
  learn = { "K", "b", "dt", "W", "mu" },
  train = { algorithm = "lbfgs", memory = 3 },
}
