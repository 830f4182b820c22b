-- Roots are no floats.
return network {
  name = "bad", inputs = 2, layers = 2,
  method = tableau {
    A = { { 0, 0 },
          { math.sqrt(0.5), 0 } },
    b = { "1/2", "1/2" },
  },
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 5: A[2][1] = 0.707106781187 is not exact; write root(2) / 2
