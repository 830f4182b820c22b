-- A product that does not fit.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = { K = matrix(2, 3) },
  field = function(y, u)
    
    return u.K * y
  end,
}
-- expect: 12: cannot multiply a 2 x 3 matrix by a vector of 2
