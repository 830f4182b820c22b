return network {
  name = "bad", inputs = 2, layers = 3,
  method = partitioned { "euler", "kutta4" },
  activation = "tanh", head = { outputs = 1, link = "sigmoid" }, loss = "squared",
}
-- expect: 3: the tableaus of a pair need as many stages: 1 and 4 here
