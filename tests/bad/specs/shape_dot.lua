-- An inner product of unlike vectors.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = { a = vector(3) },
  field = function(y, u)
    return y * dot(u.a, y)
  end,
}
-- expect: 11: dot takes two vectors of one length, not a vector of 3 and a vector of 2
