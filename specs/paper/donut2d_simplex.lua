-- Benning et al. 2019, network comparison on donut2d: ODENet+simplex: Euler with learnt time steps >= 0 that sum to 1.
return network {
  name = "donut2d_simplex", inputs = 2, width = 2, layers = 20,
  method = "euler", activation = "tanh", step = 0.05,
  head = { outputs = 1, link = "sigmoid" }, loss = "squared", average = true,
  learn = { "K", "b", "dt" },
  simplex = true,
  init = { K = normal(1), b = 0, W = normal(1), mu = 0 },
  data = { "donut2d", samples = 500, validation = 500 },
  train = { search = "lipschitz", lipschitz = 0.1, up = 1.5, down = 0.99, iterations = 8000 },
}
