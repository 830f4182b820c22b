-- Pi is the root of no polynomial.
return network {
  name = "bad", inputs = 2, layers = 2,
  method = tableau {
    A = { { 0 } },
    b = { math.pi / 3 },
  },
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 6: b[1] = 1.0471975511965976 is not exact; write a fraction ("1/6") or what it is of a root (root(3) / 6)
