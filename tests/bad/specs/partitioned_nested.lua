return network {
  name = "bad", inputs = 2, layers = 3,
  method = partitioned { "euler", "verlet" },
  activation = "tanh", head = { outputs = 1, link = "sigmoid" }, loss = "squared",
}
-- expect: 3: partitioned takes tableaus and names of tableaus, not a partitioned method
