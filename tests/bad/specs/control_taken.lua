-- A control with the name of a tensor.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = { a = scalar(), W = matrix(2, 2) },
  field = function(y, u)
    return y
  end,
}
-- expect: 9: a control cannot be called W: the network has a tensor of that name
