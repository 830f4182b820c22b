-- A vector that doubles.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {},
  field = function(y, u)
    while true do y = concat(y, y) end
  end,
}
-- expect: 11: the expression has more than 10000 operations
