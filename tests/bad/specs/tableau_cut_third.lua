-- Two thirds, cut.
return network {
  name = "m",
  inputs = 2,
  width = 2,
  layers = 3,
  method = tableau { A = { { 0, 0 }, { 0.6666, 0 } }, b = { 0.25, 0.75 } },
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "spiral2d", samples = 20 },
  train = { iterations = 1 },
}
-- expect: 7: A[2][1] = 0.6666 is not exact; write a fraction: "2/3"
