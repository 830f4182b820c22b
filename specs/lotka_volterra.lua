-- Prey and predators in six ponds: the four rates of Lotka and Volterra, from counts that are noisy and have gaps.
-- The table was made with the rates 1.1, 0.4, 0.1 and 0.4 (specs/data/make.py).
return network {
  name = "lotka_volterra", inputs = 2,
  layers = 48, step = 0.25, method = "kutta4",       -- twelve years, four steps each
  controls = { rate = vector(4) }, span = { rate = "all" },   -- one value for all layers
  field = function(y, u)
    local prey, predators, rate = y[1], y[2], u.rate
    return concat(prey * (rate[1] - rate[2] * predators), predators * (rate[3] * prey - rate[4]))
  end,
  observe = 2,                                       -- counted every half year, which is every second layer
  loss = "squared", noise = { 0.6, 0.2 },            -- residuals in standard deviations of a count
  init = { rate = { 1, 0.3, 0.05, 0.3 } }, bounds = { rate = { 0, inf } },
  data = { "data/lotka_volterra.csv", trajectory = "pond", time = "year",
           features = "prey,predators", label = "prey,predators" },
  train = { search = "armijo", tau = 1e-4, tau_max = 1, iterations = 1000 },
}
