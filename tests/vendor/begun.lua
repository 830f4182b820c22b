-- Inputs that are learnt under Adam, a first state of them and of a parameter, classes of several times, some missing.
return network {
  name = "begun", inputs = 2, width = 3, layers = 4, method = "midpoint", step = 0.25,
  controls = { K = matrix(3, 3), b = vector(3), z = scalar() }, span = { K = "all", z = "all" },
  field = function(y, u) return tanh(u.K * y + u.b) end, lift = function(x, u) return concat(x, u.z) end,
  observe = 2, head = { outputs = 3, link = "softmax" }, loss = "crossentropy",
  learn = { "K", "b", "z", "W", "mu", "x" }, decay = 0.01, bounds = { z = { -0.5, 0.5 } },
  init = { K = normal(0.5), b = normal(0.3), z = 0.2, W = normal(0.5) },
  train = { algorithm = "adam", rate = 0.02, batch = 11, epochs = 3 },
}
