return network {
  name = "bad", inputs = 2, layers = 3,
  method = partitioned { "euler", tableau { A = { { 1 } }, b = { root(2) / 2 } } },
  activation = "tanh", head = { outputs = 1, link = "sigmoid" }, loss = "squared",
}
-- expect: 3: the weights b sum to root(2)/2; they must sum to 1
