-- Benning et al. 2019, comparison of Runge-Kutta methods on spiral2d: kutta3.
return network {
  name = "spiral2d_rk3", inputs = 2, width = 2, layers = 15,
  method = "kutta3", activation = "tanh", step = 0.1,
  head = { outputs = 1, link = "sigmoid" }, loss = "squared",
  init = { K = normal(1), b = normal(1), W = normal(1), mu = uniform(0, 1) },
  data = { "spiral2d", samples = 1000 },
  train = { search = "armijo", tau = 0.1, tau_max = 10, iterations = 10000 },
}
