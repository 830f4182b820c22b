-- The spiral by the partitioned method itself: the controls have a value at every stage of a step, as they do in the
-- control problem, with a penalty on jumps between stages. u.K[i] is the value at stage i.
return network {
  name = "staged", inputs = 2, width = 3,
  layers = 10, step = 0.3, method = "kutta3", activation = "tanh",
  span = { K = "stage", b = "stage" },
  head = { outputs = 1, link = "sigmoid" }, loss = "crossentropy", average = true,
  penalty = function(u, v, h)
    local function jump(a, b) return sum((b - a)^2) end
    return 0.0005 * (jump(u.K[1], u.K[2]) + jump(u.K[2], u.K[3]) + jump(u.K[3], v.K[1])) / h
  end,
  data = { "spiral2d", samples = 500, validation = 500 },
  train = { search = "armijo", tau = 1, tau_max = 10, iterations = 1500 },
}
