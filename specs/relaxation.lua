-- Van der Pol's oscillator with mu = 1000: on its way to a jump it moves by a thousandth a second, while whatever is off
-- that way comes back within a millisecond; the jump itself takes milliseconds. mu from noisy positions of three runs on
-- the way and of one across: steps from an eighth of a millisecond to 20 seconds, where an explicit method needs some of a
-- millisecond all along. The table was made with mu = 1000 (specs/data/make.py).
local step = {}
for n = 1, 64 do step[n] = 1 / 8192 end              -- across the jump
for n = 65, 75 do step[n] = 2 ^ (n - 72) end         -- 1/128 s, 1/64 s, .. 8 s: each doubles the time
step[76] = 4                                         -- now it is 20 s
for n = 77, 114 do step[n] = 20 end
return network {
  name = "relaxation", inputs = 2,
  layers = #step, step = step, method = "radau5",
  controls = { log_mu = scalar() }, span = { log_mu = "all" },
  field = function(y, u) return concat(y[2], exp(u.log_mu) * (1 - y[1] ^ 2) * y[2] - y[1]) end,
  head = function(y) return y:slice(1, 1) end,       -- the position alone is seen
  observe = "all", loss = "squared", noise = { 0.01 },
  init = { log_mu = 7.5 },                           -- mu = 1808
  data = { "data/relaxation.csv", trajectory = "run", time = "t", features = "x,v", label = "x" },
  train = { algorithm = "gaussnewton", iterations = 50 },
}
