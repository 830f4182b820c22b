-- Singly diagonally implicit, order 3, L-stable (Alexander 1977); b2 < 0
local gamma = root("x^3 - 3*x^2 + 3/2*x - 1/6", "2/5", "1/2")
local b1, b2 = "-1/4" + 4 * gamma - 3 * gamma ^ 2 / 2, "5/4" - 5 * gamma + 3 * gamma ^ 2 / 2
return tableau {
  A = { { gamma,           0,     0 },
        { (1 - gamma) / 2, gamma, 0 },
        { b1,              b2,    gamma } },
  b = { b1, b2, gamma },
}
