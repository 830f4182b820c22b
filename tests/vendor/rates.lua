-- Rates of an ODE, without an activation: the adjoint computes again what is cheap. Cells are missing, inputs learnt.
return network {
  name = "rates", inputs = 2, layers = 12, method = "kutta4", step = 0.1,
  controls = { rate = vector(4) }, span = { rate = "all" }, init = { rate = { 1, 0.5, 0.4, 0.6 } },
  field = function(y, u)
    return concat(y[1] * (u.rate[1] - u.rate[2] * y[2]), y[2] * (u.rate[3] * y[1] - u.rate[4]))
  end,
  observe = 3, loss = "squared", learn = { "rate", "x" }, bounds = { rate = { 0, inf } },
  train = { search = "armijo", tau = 0.01, tau_max = 1 },
}
