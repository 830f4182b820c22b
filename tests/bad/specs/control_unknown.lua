-- A control that is not there.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = { K = matrix(2, 2) },
  field = function(y, u)
    local z = u.K * y
    return tanh(u.Q * z)
  end,
}
-- expect: 12: there is no control "Q"
