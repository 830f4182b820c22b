return network {
  name = "bad", inputs = 4, layers = 3,
  method = "verlet",

  controls = { K = matrix(2, 2) },
  field = function(y, u)
    local q, v = y:slice(1, 2), y:slice(3, 4)
    return concat(v, -(u.K * q))
  end,
  head = { outputs = 1, link = "sigmoid" }, loss = "squared",
}
-- expect: 1: method = "verlet" is partitioned: partition says how many components of the state, the first ones, are q
