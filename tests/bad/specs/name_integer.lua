-- INT64_C is a macro of the C library, and of the solver.
return network {
  name = "int64",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 3: name = "int64" is that of integers in <stdint.h>
