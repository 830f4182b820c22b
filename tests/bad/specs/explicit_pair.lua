return network {
  name = "bad", inputs = 4, layers = 3,
  method = "lobatto3a3b",
  partition = 2, explicit = true,
  controls = { K = matrix(2, 2) },
  field = function(y, u)
    local q, v = y:slice(1, 2), y:slice(3, 4)
    return concat(v, -(u.K * q))
  end,
  head = { outputs = 1, link = "sigmoid" }, loss = "squared",
}
-- expect: 4: explicit = true, but the stages of lobatto3a3b are an equation, whatever the field
