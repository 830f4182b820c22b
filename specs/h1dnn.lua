-- H1-DNN (Galimberti et al. 2021): y' = J K^T s(K y + b), J = (0 1; -1 0); its steps are symplectic, so gradients do not vanish
return network {
  name = "h1dnn", inputs = 2, width = 4, lift = true, layers = 64, step = 0.1,
  method = "symplectic_euler", partition = 2,
  controls = { K = matrix(4, 4), b = vector(4) },
  field = function(y, u)
    local g = u.K:T() * tanh(u.K * y + u.b)
    return concat(g:slice(3, 4), -g:slice(1, 2))
  end,
  head = { outputs = 1, link = "sigmoid" }, loss = "crossentropy", average = true,
  data = { "spiral2d", samples = 500, validation = 500 },
  train = { search = "armijo", iterations = 200 },
}
