-- Nothing at all.
return network {}
-- expect: 2: inputs is missing: how many numbers a sample has
-- expect: 2: layers is missing: how many steps
-- expect: 2: head is missing: { outputs = .., link = .. }, or function(y, u) .. end
-- expect: 2: loss is missing: "squared", "crossentropy", "huber"
-- expect: 2: method is missing: bogacki_shampine3, crouzeix3, dopri5, esdirk4, euler, forest_ruth, gauss4, gauss6, heun3, implicit_midpoint, improved_euler, kutta3, kutta4, lobatto3a2, lobatto3a3b, lobatto3a4, lobatto3b2, lobatto3b4, lobatto3c4, mclachlan4, midpoint, radau3, radau5, ralston2, ruth3, sdirk2, sdirk3, ssprk3, symplectic_euler, three_eighths, trapezoidal, verlet
