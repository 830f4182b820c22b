-- The ResNet of the paper's network comparison, its head fixed.
return network {
  name = "resnet_euler_donut1d", inputs = 2, width = 2, layers = 20,
  method = "euler",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared", average = true,
  learn = { "K", "b" },
  train = { search = "lipschitz", lipschitz = 0.1, up = 1.5, down = 0.99, iterations = 200 },
}
