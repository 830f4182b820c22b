-- NAME: the parameters of an ODE from measurements over time. specs/README.md has all keys. Try: costate check PATH
return network {
  name = "NAME",
  inputs = 1,                       -- numbers of a first state; or lift = function(x, u) .. end makes that of them
  layers = 24, step = 0.25,         -- the grid: 24 steps from t = 0 (start = 0); uneven: step = { 0.1, 0.2, .. }
  method = "kutta4",
  controls = { rate = scalar(), capacity = scalar() },      -- what is unknown: scalar(), vector(n), matrix(r, c)
  span = { rate = "all", capacity = "all" },                -- one value for all layers
  field = function(y, u) return u.rate * y * (1 - y / u.capacity) end,   -- y' = f(y, u, t), here logistic growth
  observe = 4,                      -- every fourth layer is measured; or "all", "last", { 0, 4, 24 }
  loss = "squared", noise = { 0.1 },                        -- the standard deviation of a measurement
  init = { rate = 1, capacity = 2 },                        -- where the search begins
  bounds = { rate = { 0, inf }, capacity = { 0.1, 20 } },
  -- learn = { "rate", "capacity", "x" },                   -- first states, too
  data = { x = { { 0.5 }, { 1 } }, labels = {               -- two trajectories; 0/0 is a measurement that is missing
    { { 1.05 }, { 2.07 }, { 3.24 }, { 4.17 }, { 4.55 }, { 4.84 } },
    { { 2.03 }, { 3.12 }, { 0 / 0 }, { 4.63 }, { 4.85 }, { 4.91 } },
  } },
  -- or: data = { "file.csv", trajectory = "id", time = "t", features = "y", label = "y" }
  train = { search = "armijo", tau = 1e-3, tau_max = 1, iterations = 500 },
}
