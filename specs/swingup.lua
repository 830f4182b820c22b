-- A pendulum, swung up from rest by a torque too weak to lift it in one go; y: the angle from upright and its speed.
return network {
  name = "swingup", inputs = 2,
  layers = 70, step = 0.1, method = "kutta4",
  controls = { torque = scalar() }, bounds = { torque = { -0.6, 0.6 } },   -- gravity pulls with up to 1
  field = function(y, u) return concat(y[2], sin(y[1]) + u.torque) end,
  cost = function(y, u) return 0.01 * u.torque^2 end,
  terminal = function(y, u) return 10 * (1 - cos(y[1])) + y[2]^2 end,      -- upright and at rest, and the price of less
  init = { torque = uniform(-0.1, 0.1) },            -- hanging at rest is an equilibrium: something must move it
  data = { x = { { math.pi, 0 } } },
  train = { algorithm = "lbfgs", iterations = 1000 },
}
