-- Adam, with every sample in the one batch.
return network {
  name = "moments", inputs = 2, width = 2, layers = 3, method = "midpoint", activation = "gelu",
  head = { outputs = 2, link = "softmax" }, loss = "crossentropy", average = true,
  train = { algorithm = "adam", rate = 0.01, batch = 11, epochs = 3 },
}
