-- NAME: an optimal control. specs/README.md has all keys. Try: costate check PATH
return network {
  name = "NAME",
  inputs = 2,                       -- the state: here position and speed of a cart
  layers = 40, step = 0.05,         -- from t = 0 to 2
  method = "kutta4",
  controls = { force = scalar() },  -- one value a step; span = { force = 5 }: one for five, "stage": one a stage
  field = function(y, u, t) return concat(y[2], u.force - 0.1 * y[2]) end,    -- y' = f(y, u, t)
  cost = function(y, u, t) return 0.05 * u.force^2 end,     -- a rate, integrated by the method
  terminal = function(y) return 10 * (y[1] - 1)^2 + 10 * y[2]^2 end,          -- at rest in 1
  penalty = function(u, v, h) return 1e-4 * (v.force - u.force)^2 / h end,    -- no jumps between steps u and v
  bounds = { force = { -2, 2 } },
  data = { x = { { 0, 0 } } },      -- the first states; several are steered by one control
  train = { search = "armijo", tau = 1, tau_max = 10, iterations = 300 },
}
