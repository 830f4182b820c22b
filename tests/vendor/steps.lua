-- Learnt steps on the simplex, and a field with a root and derived controls.
return network {
  name = "steps", inputs = 3, width = 3, layers = 3, method = "kutta3",
  controls = { M = matrix(3, 3), b = vector(3) },
  field = function(y, u) return (u.M - u.M:T()) * sqrt(y * y + 1) + u.b end,
  head = { outputs = 2, link = "identity" }, loss = "squared",
  learn = { "M", "b", "dt", "W", "mu" }, simplex = true,
  train = { search = "lipschitz", lipschitz = 1 },
}
