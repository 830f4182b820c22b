-- A spring with damping that a force drives, identified from force and position: x'' = gain f - damping x' - stiffness x.
-- The table was made with gain 0.8, damping 0.3 and stiffness 2, and noise 0.02 (specs/data/make.py).
return network {
  name = "driven", inputs = 1, width = 2,            -- the position is measured, the velocity begins with 0
  layers = 80, step = 0.1, method = "kutta4",
  signals = 1, hold = "linear",                      -- the force, linear between its measurements
  controls = { gain = scalar(), damping = scalar(), stiffness = scalar() },
  span = { gain = "all", damping = "all", stiffness = "all" },
  field = function(y, u, t, s) return concat(y[2], u.gain * s[1] - u.damping * y[2] - u.stiffness * y[1]) end,
  head = function(y, u) return y[1] end,             -- what is seen of the state
  observe = "all", loss = "squared", noise = { 0.02 }, average = true,
  init = { gain = 1, damping = 1, stiffness = 1 },
  data = { "data/driven.csv", trajectory = "run", time = "t", features = "x", signals = "force", label = "x" },
  train = { search = "armijo", tau = 1e-4, tau_max = 1, iterations = 1000 },
}
