-- A file that returns something else.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "../../../specs/activation/tanh.lua",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: tests/bad/specs/../../../specs/activation/tanh.lua:2: method must be the name of a tableau or tableau { A = ..., b = ... }, not a function
