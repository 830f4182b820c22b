-- Robertson's chemical kinetics, the classical stiff problem: three rates between 0.04 and 3e7, from noisy measurements
-- of three mixtures over eleven decades of time. The table was made with the rates 0.04, 3e7 and 1e4 (specs/data/make.py).
local step, time = { 1e-5 }, 1e-5                    -- the first step; then eight a decade, each 1.33 times the last
for n = 1, 88 do
  step[n + 1] = 1e-5 * 10 ^ (n / 8) - time
  time = 1e-5 * 10 ^ (n / 8)
end
return network {
  name = "robertson", inputs = 3,
  layers = 89, step = step, method = "radau5",       -- implicit, of order 5, and L-stable
  controls = { log_rate = vector(3) }, span = { log_rate = "all" },
  field = function(y, u)
    local rate = exp(u.log_rate)                     -- positive, whatever is learnt
    local first, second, third = rate[1] * y[1], rate[2] * y[2] ^ 2, rate[3] * y[2] * y[3]
    return concat(third - first, first - third - second, second)
  end,
  observe = "all", loss = "squared", noise = { 0.01, 5e-7, 0.01 },
  init = { log_rate = { -2, 16, 8 } },               -- rates 0.14, 9e6 and 3e3
  data = { "data/robertson.csv", trajectory = "mixture", time = "t", features = "a,b,c", label = "a,b,c" },
  train = { algorithm = "gaussnewton", iterations = 50 },
}
