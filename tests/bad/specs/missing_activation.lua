-- No activation.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 2: activation (or field) is missing: gelu, identity, leaky_relu, relu, sigmoid, sin, softplus, swish, tanh, or function(x) .. end
