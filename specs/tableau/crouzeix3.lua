-- Singly diagonally implicit with two stages, order 3 (Crouzeix 1975)
local gamma = "1/2" + root(3) / 6
return tableau {
  A = { { gamma,         0 },
        { 1 - 2 * gamma, gamma } },
  b = { "1/2", "1/2" },
}
