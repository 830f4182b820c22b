-- Benning et al. 2019, comparison of Runge-Kutta methods on donut1d: kutta3.
return network {
  name = "donut1d_rk3", inputs = 2, width = 2, layers = 15,
  method = "kutta3", activation = "tanh", step = 0.1,
  head = { outputs = 1, link = "sigmoid" }, loss = "squared",
  init = { K = normal(1), b = normal(1), W = normal(1), mu = uniform(0, 1) },
  data = { "donut1d", samples = 1000 },
  train = { search = "armijo", tau = 0.1, tau_max = 10, iterations = 10000 },
}
