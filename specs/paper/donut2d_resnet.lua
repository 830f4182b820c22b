-- Benning et al. 2019, network comparison on donut2d: ResNet: Euler with the fixed time step 1/20.
return network {
  name = "donut2d_resnet", inputs = 2, width = 2, layers = 20,
  method = "euler", activation = "tanh", step = 0.05,
  head = { outputs = 1, link = "sigmoid" }, loss = "squared", average = true,
  learn = { "K", "b" },
  init = { K = normal(1), b = 0, W = normal(1), mu = 0 },
  data = { "donut2d", samples = 500, validation = 500 },
  train = { search = "lipschitz", lipschitz = 0.1, up = 1.5, down = 0.99, iterations = 8000 },
}
