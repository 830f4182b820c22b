-- An entry that is not there.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {},
  field = function(y, u)
    return y * y[3]
  end,
}
-- expect: 11: entry [3] of a vector of 2: they count from 1
