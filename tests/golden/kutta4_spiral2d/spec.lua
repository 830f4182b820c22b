-- Kutta(4) of the paper's Runge-Kutta comparison.
return network {
  name = "kutta4_spiral2d", inputs = 2, width = 2, layers = 15,
  method = "kutta4",
  activation = "tanh",
  step = 0.1,
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  train = { search = "armijo", tau = 0.1, tau_max = 10, iterations = 100 },
}
