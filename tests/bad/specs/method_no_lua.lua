-- A file that is no Lua file: its lines are not shown.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "./empty.expect",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 6: a spec may name Lua files (.lua) in its own folder, below it, or among costate's specs, but not "tests/bad/specs/./empty.expect"
