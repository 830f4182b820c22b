return network {
  name = "bad", inputs = 2, layers = 3,
  method = partitioned { "euler" },
  activation = "tanh", head = { outputs = 1, link = "sigmoid" }, loss = "squared",
}
-- expect: 3: partitioned takes two tableaus or names of tableaus: the first for q, the second for v
