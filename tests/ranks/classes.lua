return network {
  name = "classes", inputs = 2, width = 2, layers = 4, step = 0.2, method = "kutta4", activation = "tanh",
  head = { outputs = 1, link = "sigmoid" }, loss = "crossentropy", decay = 0.001, learn = { "K", "b", "dt", "W", "mu" },
  data = { "spiral2d", samples = 5000, validation = 1500 },
  train = { iterations = 4 },
}
