-- The wrong concatenation.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {},
  field = function(y, u)
    return y .. y
  end,
}
-- expect: 11: vectors are joined by concat(x, y), not by x .. y
