-- A sum of unlike vectors.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = { a = vector(3) },
  field = function(y, u)
    local z = tanh(y)
    return z + u.a
  end,
}
-- expect: 12: cannot add a vector of 2 and a vector of 3
