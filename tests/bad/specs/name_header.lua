-- A header of the C library.
return network {
  name = "math",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 3: name = "math": math.h is a header of the C library
