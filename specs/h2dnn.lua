-- H2-DNN (Galimberti et al. 2021): y' = J K^T s(K y + b), J skew with ones above the diagonal; the midpoint rule keeps it
return network {
  name = "h2dnn", inputs = 2, width = 4, lift = true, layers = 32, step = 0.25,
  method = "implicit_midpoint",
  controls = { K = matrix(4, 4), b = vector(4) },
  field = function(y, u)
    local g = u.K:T() * tanh(u.K * y + u.b)
    return concat(g[2] + g[3] + g[4], g[3] + g[4] - g[1], g[4] - g[1] - g[2], -(g[1] + g[2] + g[3]))
  end,
  head = { outputs = 1, link = "sigmoid" }, loss = "crossentropy", average = true,
  data = { "spiral2d", samples = 500, validation = 500 },
  train = { algorithm = "lbfgs", iterations = 100 },
}
