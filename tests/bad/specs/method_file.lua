-- No such file.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "./mine.lua",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 6: there is no file "tests/bad/specs/./mine.lua"
