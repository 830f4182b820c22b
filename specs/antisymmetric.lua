-- An antisymmetric network (Haber and Ruthotto 2017): y' = s((M - M^T - gamma I) y + b), by Euler's method. But for
-- gamma its flow neither grows nor decays where s is linear; its gradients vanish over very many layers, which those of
-- h1dnn.lua and h2dnn.lua do not.
return network {
  name = "antisymmetric", inputs = 2, width = 4, lift = true, layers = 32, step = 0.25,
  method = "euler",
  controls = { M = matrix(4, 4), b = vector(4) },
  field = function(y, u) return tanh((u.M - u.M:T() - 0.1 * identity(4)) * y + u.b) end,
  head = { outputs = 1, link = "sigmoid" }, loss = "crossentropy", average = true,
  data = { "spiral2d", samples = 500, validation = 500 },
  train = { algorithm = "lbfgs", iterations = 200 },
}
