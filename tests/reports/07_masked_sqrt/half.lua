return network {
  name = "z", inputs = 2, width = 2, layers = 2, method = "euler", step = 1,
  controls = { s = vector(2) },
  field = function(y, u) return u.s * (max(y, 0) ^ 0.5) end,
  head = { outputs = 2, link = "identity" }, loss = "squared",
  init = { s = 0.5, W = 1, mu = 0 },
}
