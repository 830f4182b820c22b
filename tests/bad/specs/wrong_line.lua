-- Lines are found also when a key stands in a comment.
--[[ widht = 3 ]]
-- widht
local widht = "widht = 4"
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  widht = 2,
}
-- expect: 13: unknown key "widht" in network; did you mean "width"?
