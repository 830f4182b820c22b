-- The spiral with weights that are smooth in time (Haber and Ruthotto 2017): a penalty on what changes from layer to
-- layer, a sum of |dK/dt|^2 + |db/dt|^2 over the layers, and a little decay.
return network {
  name = "smooth", inputs = 2, width = 3,
  layers = 15, step = 0.2, method = "kutta4", activation = "tanh",
  head = { outputs = 1, link = "sigmoid" }, loss = "crossentropy", average = true,
  penalty = function(u, v, h)                        -- u, v: the controls of a layer and of the next
    return 0.0005 * (sum((v.K - u.K)^2) + sum((v.b - u.b)^2)) / h
  end,
  decay = 1e-5,
  data = { "spiral2d", samples = 500, validation = 500 },
  train = { search = "armijo", tau = 1, tau_max = 10, iterations = 1500 },
}
