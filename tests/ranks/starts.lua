return network {
  name = "starts", inputs = 2, width = 2, layers = 3, step = 0.2, method = "kutta4", activation = "tanh",
  head = { outputs = 1, link = "sigmoid" }, loss = "squared", learn = { "K", "W", "mu", "x" }, real = "float",
  data = { "donut2d", samples = 1700 },
  train = { iterations = 4 },
}
