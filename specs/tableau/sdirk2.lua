-- Singly diagonally implicit, order 2, L-stable (Alexander 1977)
local gamma = 1 - root(2) / 2
return tableau {
  A = { { gamma,     0 },
        { 1 - gamma, gamma } },
  b = { 1 - gamma, gamma },
}
