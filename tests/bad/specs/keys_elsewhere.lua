-- Keys under the names that others give them, in the wrong place.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  data = { "spiral2d" },
  lr = 0.1,
  hidden = 3,
  train = { n_layers = 4, lr = 0.1, optimizer = "adam" },
}
-- expect: 11: unknown key "lr" in network; it belongs in train: train = { rate = .. }
-- expect: 12: unknown key "hidden" in network; did you mean "width"?
-- expect: 13: unknown key "lr" in train; did you mean "rate"?
-- expect: 13: unknown key "n_layers" in train; it belongs to the network itself: layers = ..
-- expect: 13: unknown key "optimizer" in train; did you mean "algorithm"?
