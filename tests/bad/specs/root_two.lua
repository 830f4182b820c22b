return network {
  name = "bad", inputs = 2, layers = 3,
  method = tableau { A = { { 0, root(2) }, { root(3), 0 } }, b = { "1/2", "1/2" } },
  activation = "tanh", head = { outputs = 1, link = "sigmoid" }, loss = "squared",
}
-- expect: 3: A[2][1] = root(3) is in another root than the entries before it; a method may use one
