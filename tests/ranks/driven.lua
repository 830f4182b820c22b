return network {
  name = "driven", inputs = 2, layers = 4, step = 0.2, method = "kutta4",
  signals = 1,
  controls = { gain = scalar(), damping = scalar(), stiffness = scalar() },
  span = { gain = "all", damping = "all", stiffness = "all" },
  field = function(y, u, t, s) return concat(y[2], u.gain * s[1] - u.damping * y[2] - u.stiffness * y[1]) end,
  head = function(y, u) return y[1] end,
  loss = "squared", average = true,
  init = { gain = 1, damping = 1, stiffness = 1 },
  data = { "rows.npy", labels = "labels.npy", signals = "signals.npy" },
  train = { algorithm = "gaussnewton", iterations = 4 },
}
