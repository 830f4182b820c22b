-- A penalty that is the list of a control's stages.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "kutta3",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  span = { K = "stage" },
  penalty = function(u, v, h) return u.K end,
}
-- expect: 11: K has a value for each stage: K[1] to K[3]
