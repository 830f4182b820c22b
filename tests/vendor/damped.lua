-- Verlet's method for a field that is not separable: one stage is an equation, the others are explicit.
return network {
  name = "damped", inputs = 2, width = 4, layers = 4, step = 0.3, lift = true, method = "verlet", partition = 2,
  controls = { A = matrix(2, 2), B = matrix(2, 2), g = vector(2) }, span = { B = "all" },
  init = { A = normal(0.8), B = normal(0.8), g = 0.3 },
  field = function(y, u)
    local q, v = y:slice(1, 2), y:slice(3, 4)
    return concat(tanh(u.A * v), -(u.B * sin(q)) - u.g * v^3)
  end,
  head = { outputs = 2, link = "softmax" }, loss = "crossentropy",
  train = { algorithm = "adam", rate = 0.02, batch = 11, epochs = 3 },
}
