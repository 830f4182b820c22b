-- Two values where there is one vector.
return network {
  name = "m",
  inputs = 2,
  width = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "spiral2d", samples = 20 },
  train = { iterations = 1 },
  controls = { k = scalar() },
  field = function(y, u) return y[2], -u.k*y[1] end,
}
-- expect: 13: the function returns 2 values, and must return one: a vector is concat(a, b)
