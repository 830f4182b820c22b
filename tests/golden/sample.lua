-- one sample: rows in the lanes of vectors; the field is a hidden layer of 50
return network {
  name = "sample", inputs = 2, layers = 3, method = "kutta4", step = 0.1,
  controls = { A = matrix(50, 2), b = vector(50), C = matrix(2, 50) }, span = { A = "all", b = "all", C = "all" },
  field = function(y, u) return u.C * tanh(u.A * y + u.b) end,
  head = { outputs = 1, link = "sigmoid" }, loss = "squared",
}
