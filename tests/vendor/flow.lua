-- A field of many operations, steps on the simplex under Adam, and a tableau of the user's with a weight of zero.
return network {
  name = "flow", inputs = 3, width = 4, layers = 2, lift = true,
  method = tableau { A = { { 0 }, { "1/3" }, { 0, "2/3" } }, b = { "1/4", 0, "3/4" } },
  controls = { A = matrix(2, 2), B = matrix(2, 4), v = vector(4), s = scalar() },
  field = function(y, u)
    local q, p = y:slice(1, 2), y:slice(3, 4)
    local force = u.A:T() * sigmoid(u.B * y) + u.s * q * dot(u.v, y) - erf(q) + log1p(p * p) / 3
    return concat(tanh(p) - q[1], -force) + softmax(y) * sum(cos(q)) - logsumexp(u.v * y) / #y
  end,
  head = { outputs = 2, link = "softmax" }, loss = "crossentropy",
  learn = { "P", "q", "A", "B", "v", "s", "dt", "W", "mu" }, simplex = true,
  train = { algorithm = "adam", rate = 0.02, batch = 11, epochs = 3 },
}
