-- NAME: unknown dynamics from time series, as a neural ODE. specs/README.md has all keys. Try: costate check PATH
local starts, states = {}, {}       -- an example: four swings of a pendulum with friction, to be replaced by data
for run = 1, 4 do
  local angle, speed = run / 2, 0
  starts[run], states[run] = { angle, speed }, {}
  for n = 1, 300 do
    speed = speed - 0.01 * (math.sin(angle) + 0.2 * speed)
    angle = angle + 0.01 * speed
    if n % 10 == 0 then states[run][n // 10] = { angle, speed } end
  end
end

return network {
  name = "NAME",
  inputs = 2,                       -- the state that is measured; a wider one begins padded with zeros: width = 3
  layers = 30, step = 0.1, method = "kutta4",
  controls = { A = matrix(12, 2), a = vector(12), B = matrix(2, 12), b = vector(2) },
  span = { A = "all", a = "all", B = "all", b = "all", dt = "all" },     -- one field for all times
  field = function(y, u) return u.B * tanh(u.A * y + u.a) + u.b end,     -- what is known of it can be added
  observe = "all",                  -- or every fifth layer: 5
  loss = "squared", average = true,
  decay = 1e-6,                     -- keeps the parameters small
  init = { A = normal(1), B = normal(0.2) },
  data = { x = starts, labels = states },
  -- or: data = { "file.csv", trajectory = "id", time = "t", features = "x,y", label = "x,y" }
  train = { algorithm = "adam", rate = 0.003, batch = 4, epochs = 3000 },
}
