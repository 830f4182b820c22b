-- Heun's method of order 3; b2 = 0
return tableau {
  A = { { 0,     0,     0 },
        { "1/3", 0,     0 },
        { 0,     "2/3", 0 } },
  b = { "1/4", 0, "3/4" },
}
