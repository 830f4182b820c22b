-- A method that expressions lack.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = {},
  field = function(y, u)
    return y:transpose()
  end,
}
-- expect: 11: an expression has entries or rows [1], [2], .. and the methods :T() and :slice(from, to)
