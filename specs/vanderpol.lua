-- Van der Pol's oscillator, steered to rest within four seconds by a force between -1 and 0.75, one value a step.
return network {
  name = "vanderpol", inputs = 2,
  layers = 40, step = 0.1, method = "kutta4",
  controls = { u = scalar() },
  field = function(y, u) return concat(y[2], (1 - y[1]^2) * y[2] - y[1] + u.u) end,
  cost = function(y, u) return y[1]^2 + y[2]^2 + u.u^2 end,   -- a rate: the method integrates it with the state
  bounds = { u = { -1, 0.75 } },                     -- kept by projection
  data = { x = { { 0, 1 } } },                       -- where it starts; without a loss there are no labels
  train = { search = "armijo", tau = 1, tau_max = 10, iterations = 500 },
}
