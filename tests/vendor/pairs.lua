-- L-BFGS with bounds, and fewer pairs than steps.
return network {
  name = "pairs", inputs = 2, width = 3, layers = 3, method = "heun3", activation = "softplus",
  head = { outputs = 2, link = "identity" }, loss = "squared", average = true,
  bounds = { K = { -0.6, 0.5 }, mu = { 0, inf } },
  train = { algorithm = "lbfgs", memory = 2 },
}
