-- Learnt time steps, a padded state, and rejected trials.
return network {
  name = "odenet_kutta3_spiral2d", inputs = 2, width = 3, layers = 8,
  method = "kutta3",
  activation = "swish",
  head = { outputs = 1, link = "sigmoid" },
  loss = "crossentropy", average = true,
  learn = { "K", "b", "dt", "W", "mu" },
  train = { search = "lipschitz", lipschitz = 0.1, up = 1.5, down = 0.99, iterations = 150 },
}
