-- A vector of many parts.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {},
  field = function(y, u)
    local t = {}
    for i = 1, 2e5 do t[i] = y end
    for i = 1, 1e6 do concat(table.unpack(t)) end
  end,
}
-- expect: 13: the spec runs for too long: it may execute 10 million instructions
