-- NAME: see specs/README.md for all keys. Try: costate check PATH
return network {
  name = "NAME",
  inputs = 2, width = 2,            -- features of a sample; a wider state begins padded with zeros
  layers = 15, step = 0.1,          -- their number and first time step
  method = "kutta4",                -- costate tableau kutta4 shows it; or "euler", "kutta3", ..,
                                    -- or tableau { A = { { 0, 0 }, { "1/2", 0 } }, b = { 0, 1 } }
  activation = "tanh",              -- or function(x) return x * sigmoid(x) end
  head = { outputs = 1, link = "sigmoid" },   -- "softmax" for 2 and more classes, "identity" for numbers
  loss = "crossentropy", average = true,      -- or "squared"
  learn = { "K", "b", "W", "mu" },            -- "dt", too: then the time steps are learnt
  -- simplex = true,                -- with "dt": no time step is negative and their sum stays
  -- recompute = true,              -- less memory for a gradient; for very many layers checkpoints = 100
  data = { "spiral2d", samples = 1000, validation = 500 },   -- or { "points.csv", split = 0.8 }
  train = { search = "armijo", iterations = 1000 },
  -- or: train = { algorithm = "adam", rate = 0.01, batch = 32, epochs = 20 },
}
