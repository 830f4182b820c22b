return network {
  name = "bad", inputs = 4, layers = 3,
  method = "verlet",
  partition = 0,
  controls = { K = matrix(2, 2) },
  field = function(y, u)
    local q, v = y:slice(1, 2), y:slice(3, 4)
    return concat(v, -(u.K * q))
  end,
  head = { outputs = 1, link = "sigmoid" }, loss = "squared",
}
-- expect: 4: partition = 0: of width = 4 components, 1 to 3 are q and the others v
