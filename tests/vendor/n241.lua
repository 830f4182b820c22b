-- Two inputs, width four, one output.
return network {
  name = "n241", inputs = 2, width = 4, layers = 4, lift = true, method = "kutta4", activation = "tanh",
  head = { outputs = 1, link = "sigmoid" }, loss = "crossentropy", average = true,
  train = { search = "armijo" },
}
