-- No head.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  loss = "squared",
}
-- expect: 2: head is missing: { outputs = .., link = .. }, or function(y, u) .. end
