-- Four inputs, width sixteen, three classes.
return network {
  name = "n4163", inputs = 4, width = 16, layers = 4, lift = true, method = "improved_euler", activation = "tanh",
  head = { outputs = 3, link = "softmax" }, loss = "crossentropy", average = true,
  train = { search = "armijo" },
}
