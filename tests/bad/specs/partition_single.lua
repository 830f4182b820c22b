return network {
  name = "bad", inputs = 4, layers = 3,
  method = "kutta4",
  partition = 2,
  controls = { K = matrix(2, 2) },
  field = function(y, u)
    local q, v = y:slice(1, 2), y:slice(3, 4)
    return concat(v, -(u.K * q))
  end,
  head = { outputs = 1, link = "sigmoid" }, loss = "squared",
}
-- expect: 4: partition belongs to a partitioned method; kutta4 is one tableau for all components
