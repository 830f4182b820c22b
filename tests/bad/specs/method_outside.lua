-- A file outside the folder of the spec.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "../../vendor/plain.lua",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 6: a spec may name Lua files (.lua) in its own folder, below it, or among costate's specs, but not "tests/bad/specs/../../vendor/plain.lua"
