-- No method.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 2: method is missing: bogacki_shampine3, crouzeix3, dopri5, esdirk4, euler, forest_ruth, gauss4, gauss6, heun3, implicit_midpoint, improved_euler, kutta3, kutta4, lobatto3a2, lobatto3a3b, lobatto3a4, lobatto3b2, lobatto3b4, lobatto3c4, mclachlan4, midpoint, radau3, radau5, ralston2, ruth3, sdirk2, sdirk3, ssprk3, symplectic_euler, three_eighths, trapezoidal, verlet
