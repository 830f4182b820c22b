-- A two-layer Hamiltonian network, reversible and symplectic (Chang et al. 2018): q' = K1^T s(K1 v + b1), v' = -K2^T s(K2 q + b2)
return network {
  name = "hamiltonian", inputs = 2, width = 8, lift = true, layers = 20, step = 0.2,
  method = "verlet", partition = 4, explicit = true,
  controls = { K1 = matrix(4, 4), b1 = vector(4), K2 = matrix(4, 4), b2 = vector(4) },
  field = function(y, u)
    local q, v = y:slice(1, 4), y:slice(5, 8)
    return concat(u.K1:T() * tanh(u.K1 * v + u.b1), -(u.K2:T() * tanh(u.K2 * q + u.b2)))
  end,
  head = { outputs = 1, link = "sigmoid" }, loss = "crossentropy", average = true,
  data = { "spiral2d", samples = 500, validation = 500 },
  train = { search = "armijo", iterations = 300 },
}
