-- An entry of a scalar.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {},
  field = function(y, u)
    return y * y[1][1]
  end,
}
-- expect: 11: only vectors and matrices have parts: [1] of a scalar
