-- No targets at all.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  terminal = function(y) return y[1]^2 end,
  data = { "a.csv", standardize_labels = true },
}
-- expect: 9: data.standardize_labels is for targets, and the network has no loss
