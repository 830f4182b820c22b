return network {
  name = "bad", inputs = 2, layers = 3,
  method = partitioned { tableau { A = { { root(2) } }, b = { 1 } }, tableau { A = { { root(3) } }, b = { 1 } } },
  activation = "tanh", head = { outputs = 1, link = "sigmoid" }, loss = "squared",
}
-- expect: 3: A[1][1] = root(3) is in another root than the entries before it; a method may use one
