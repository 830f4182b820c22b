-- A control of a long name.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = { a234567890123456 = scalar() },
  field = function(y, u)
    return y
  end,
}
-- expect: 9: a control's name is an identifier of at most 15 characters, not "a234567890123456"
