return network {
  name = "rates", inputs = 2, layers = 6, step = 0.25, method = "kutta4",
  controls = { rate = vector(4) }, span = { rate = "all" },
  field = function(y, u)
    local prey, predators, rate = y[1], y[2], u.rate
    return concat(prey * (rate[1] - rate[2] * predators), predators * (rate[3] * prey - rate[4]))
  end,
  observe = 2, loss = "squared", average = true,
  init = { rate = { 1, 0.3, 0.05, 0.3 } }, bounds = { rate = { 0, inf } },
  data = { "ponds.csv.gz", trajectory = "pond", time = "year", features = "prey,predators", label = "prey,predators" },
  train = { algorithm = "gaussnewton", iterations = 4 },
}
