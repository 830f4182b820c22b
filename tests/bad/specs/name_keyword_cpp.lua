-- A keyword of C++.
return network {
  name = "namespace",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 3: name = "namespace" is a keyword of C or C++
