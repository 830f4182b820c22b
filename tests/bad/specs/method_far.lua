-- No such method.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "leapfrog_of_yoshida",
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 6: there is no tableau "leapfrog_of_yoshida"; there are bogacki_shampine3, dopri5, euler, heun3, improved_euler, kutta3, kutta4, midpoint, ralston2, ssprk3, three_eighths, and files of your own by their path
