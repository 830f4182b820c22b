-- A separable Hamiltonian network: H = T(v) + V(q), each a layer of 8 units, learns a pendulum's energy from forty
-- trajectories of it. Verlet's method keeps what it has learnt over any number of steps.
return network {
  name = "pendulum", inputs = 2, layers = 10, step = 0.2,
  method = "verlet", partition = 1, explicit = true,
  controls = { A = matrix(8, 1), a = vector(8), c = vector(8), B = matrix(8, 1), b = vector(8), d = vector(8) },
  span = { A = "all", a = "all", c = "all", B = "all", b = "all", d = "all" },
  init = { A = normal(1), a = normal(1), c = normal(0.3), B = normal(1), b = normal(1), d = normal(0.3) },
  field = function(y, u)                             -- q' = dT/dv, v' = -dV/dq; V = sum c log cosh(A q + a)
    local q, v = y:slice(1, 1), y:slice(2, 2)
    return concat(u.B:T() * (u.d * tanh(u.B * v + u.b)), -(u.A:T() * (u.c * tanh(u.A * q + u.a))))
  end,
  observe = "all", loss = "squared", average = true,
  data = { "data/pendulum.csv", trajectory = "run", time = "t", features = "q,v", label = "q,v" },
  train = { algorithm = "lbfgs", iterations = 300 },
}
