return network {
  name = "bad", inputs = 2, layers = 3,
  method = tableau { A = { { root("x^3 - 2", 2, 3) } }, b = { 1 } },
  activation = "tanh", head = { outputs = 1, link = "sigmoid" }, loss = "squared",
}
-- expect: 3: x^3 - 2 has 0 roots between 2 and 3; the interval must have one
