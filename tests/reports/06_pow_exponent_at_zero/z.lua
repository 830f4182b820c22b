return network {
  name = "z", inputs = 2, width = 2, layers = 1, method = "euler", step = 1,
  controls = { s = vector(2) },
  field = function(y, u) return y ^ u.s end,
  head = { outputs = 2, link = "identity" }, loss = "squared",
  init = { s = 1, W = 1, mu = 0 },
}
