-- Van der Pol's oscillator with mu = 1000: on the way to its jumps it moves by a thousandth a second, while whatever is
-- off that way comes back within a millisecond. mu from noisy positions; steps of 20 seconds, where an explicit method
-- needs some of a millisecond. The table was made with mu = 1000 (specs/data/make.py).
return network {
  name = "relaxation", inputs = 2,
  layers = 39, step = 20, method = "radau5",
  controls = { log_mu = scalar() }, span = { log_mu = "all" },
  field = function(y, u) return concat(y[2], exp(u.log_mu) * (1 - y[1] ^ 2) * y[2] - y[1]) end,
  head = function(y) return y:slice(1, 1) end,       -- the position alone is seen
  observe = "all", loss = "squared", noise = { 0.01 },
  init = { log_mu = 7.5 },                           -- mu = 1808
  data = { "data/relaxation.csv", trajectory = "run", time = "t", features = "x,v", label = "x" },
  train = { algorithm = "gaussnewton", iterations = 50 },
}
