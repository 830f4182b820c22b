-- The smallest network of the paper's Runge-Kutta comparison; its emitted files are beside this one.
return network {
  name = "kutta4_d2", inputs = 2, layers = 15,
  method = "kutta4",
  activation = "tanh",
  step = 0.1,
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
