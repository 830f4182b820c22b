-- A number among the learnt tensors.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  learn = { 1 },
}
-- expect: 10: learn is a list of names of tensors; it holds an integer
