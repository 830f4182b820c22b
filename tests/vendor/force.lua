-- A force for every layer, without targets: signals in zero hold, bounds, a running and a terminal cost.
return network {
  name = "force", inputs = 2, layers = 8, method = "heun3", step = 0.2, signals = 1,
  controls = { f = scalar(), k = scalar() }, span = { k = "all" }, init = { f = 0.1, k = 0.8 },
  field = function(y, u, t, s) return concat(y[2], u.k * (1 - y[1]^2) * y[2] - y[1] + u.f + 0.1 * s[1]) end,
  cost = function(y, u) return sum(y^2) + u.f^2 end, terminal = function(y, u) return 2 * sum(y^2) end,
  penalty = function(u, v, h) return 0.1 * (v.f - u.f)^2 / h end, learn = { "f", "k" }, average = true,
  bounds = { f = { -0.2, 0.15 } }, train = { algorithm = "lbfgs", memory = 5 },
}
