-- Time, signals in linear hold, a running and a terminal cost, missing cells, controls for every stage, for some layers and
-- for all, a penalty with products, irregular steps that are learnt, and bounds.
return network {
  name = "driven", inputs = 2, layers = 6, method = "kutta3",
  start = -0.5, step = { 0.1, 0.2, 0.1, 0.3, 0.2, 0.1 }, signals = 2, hold = "linear",
  controls = { M = matrix(2, 2), b = vector(2), g = scalar(), c = vector(2) }, span = { M = "stage", b = 4, g = "all" },
  field = function(y, u, t, s) return tanh(u.M * y + u.b + s) - u.g * sin(t) * y + exp(-t) * u.c end,
  observe = { 0, 3, 6 }, head = function(y, u) return concat(y[1] + u.g * y[2], y[2]^2, 0.5 * y[1]) end,
  loss = "squared", noise = { 0.5, 1, 2 }, average = true, decay = 0.05,
  cost = function(y, u, t, s) return 0.1 * sum(y^2) * (1 + t) + u.g^2 * s[1] end,
  terminal = function(y, u) return u.g * logsumexp(y) end,
  penalty = function(u, v, h) return 0.01 * sum((u.M[3] - v.M[1])^2) / h + h * dot(u.c, u.M[1] * v.b) end,
  learn = { "M", "b", "g", "c", "dt" }, init = { M = normal(0.5), b = normal(0.3), g = 0.4, c = normal(0.5) },
  bounds = { g = { 0, 2 }, c = { { -1, -0.2 }, { 0.3, 1 } }, dt = { 0.01, inf } },
  train = { search = "lipschitz", lipschitz = 10 },
}
