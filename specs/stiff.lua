-- A stiff neural ODE: one field of two layers learns a slow component and one that follows it a thousand times as fast.
-- The outputs are scaled, each by its range over its time (Kim et al., Chaos 31, 2021): what is learnt is of order one.
-- The table is of x' = -x, z' = -1000 (z - x^2), at times over four and a half decades (specs/data/make.py).
local step, time = { 1e-4 }, 1e-4
for n = 1, 36 do
  step[n + 1] = 1e-4 * 10 ^ (n / 8) - time
  time = 1e-4 * 10 ^ (n / 8)
end
return network {
  name = "stiff", inputs = 2,
  layers = 37, step = step, method = "radau3",
  controls = { A = matrix(8, 2), a = vector(8), B = matrix(2, 8), b = vector(2) },
  span = { A = "all", a = "all", B = "all", b = "all" },
  field = function(y, u)
    local f = u.B * tanh(u.A * y + u.a) + u.b
    return concat(f[1], 1000 * f[2])
  end,
  observe = "all", loss = "squared", noise = { 0.01, 0.01 }, decay = 1e-3,
  init = { A = normal(0.5), B = normal(0.1) },
  data = { "data/stiff.csv", trajectory = "run", time = "t", features = "x,z", label = "x,z" },
  train = { algorithm = "gaussnewton", iterations = 100 },
}
