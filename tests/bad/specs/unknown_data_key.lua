-- A typo in data.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "spiral2d",
    sampels = 10 },
}
-- expect: 11: unknown key "sampels" in data; did you mean "samples"?
