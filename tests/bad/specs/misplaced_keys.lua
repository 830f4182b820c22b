-- Keys that stand in the wrong table.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid", loss = "squared" },
  loss = "squared",
  iterations = 10,
  rate = 0.1,
  link = "sigmoid",
  samples = 10,
  train = { width = 3 },
}
-- expect: 8: unknown key "loss" in head; it belongs to the network itself: loss = ..
-- expect: 10: unknown key "iterations" in network; it belongs in train: train = { iterations = .. }
-- expect: 11: unknown key "rate" in network; it belongs in train: train = { rate = .. }
-- expect: 12: unknown key "link" in network; it belongs in head: head = { link = .. }
-- expect: 13: unknown key "samples" in network; it belongs in data: data = { samples = .. }
-- expect: 14: unknown key "width" in train; it belongs to the network itself: width = ..
