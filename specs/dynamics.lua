-- A neural ODE: one field of two layers, shared by all steps, learns the dynamics of a spiral from twelve trajectories
-- up to t = 4. That it has learnt them shows beyond: as one value spans all layers, it predicts further ones.
-- The table is of x' = -y^3 - x/20, y' = x^3 - y/20, with noise 0.01 (specs/data/make.py).
return network {
  name = "dynamics", inputs = 2,
  layers = 40, step = 0.1, method = "kutta4",
  controls = { A = matrix(16, 2), a = vector(16), B = matrix(2, 16), b = vector(2) },
  span = { A = "all", a = "all", B = "all", b = "all", dt = "all" },
  field = function(y, u) return u.B * tanh(u.A * y + u.a) + u.b end,
  observe = "all",                                   -- a measurement after every step
  loss = "squared", average = true,
  init = { A = normal(1), B = normal(0.2) },
  data = { "data/spiral.csv", trajectory = "run", time = "t", features = "x,y", label = "x,y" },
  train = { algorithm = "adam", rate = 0.003, batch = 12, epochs = 8000 },
}
