return network {
  name = "bad", inputs = 4, layers = 3,
  method = "verlet",
  partition = 2, explicit = true,
  controls = { K = matrix(2, 2) },
  field = function(y, u)
    local q, v = y:slice(1, 2), y:slice(3, 4)
    return concat(v, -(u.K * q) - 0.1 * concat(0 * q[1], v[2]))
  end,
  head = { outputs = 1, link = "sigmoid" }, loss = "squared",
}
-- expect: 4: explicit = true, but component 4 of the field, one of v, depends on v: verlet is an equation where f is not one of v alone, and g of q alone
