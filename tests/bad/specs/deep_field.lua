-- A field of a long chain.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {},
  field = function(y, u)
    for i = 1, 5000 do y = tanh(y) end
    return y
  end,
}
-- expect: 10: the field chains 5000 operations in each of 4 stages; at most 4000 in all are supported
