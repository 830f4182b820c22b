-- An endless field.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {},
  field = function(y, u)
    while true do y = y end
  end,
}
-- expect: 11: the spec runs for too long: it may execute 10 million instructions
