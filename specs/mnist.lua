-- Handwritten digits (MNIST). The images are lifted from 784 to 64 channels.
--   costate train specs/mnist.lua --data t10k-images-idx3-ubyte.gz --labels t10k-labels-idx1-ubyte.gz
return network {
  name = "mnist", inputs = 784, width = 64, layers = 6, lift = true,
  method = "euler",
  activation = "gelu",
  step = 0.5,
  head = { outputs = 10, link = "softmax" },
  loss = "crossentropy", average = true,
  init = { P = normal(0.05) },
  data = { "t10k-images-idx3-ubyte.gz", labels = "t10k-labels-idx1-ubyte.gz", split = 0.8 },
  train = { algorithm = "adam", rate = 0.002, batch = 128, epochs = 12 },
}
