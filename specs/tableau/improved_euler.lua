-- Improved Euler (Heun's method of order 2); also called heun
return tableau {
  A = { { 0, 0 },
        { 1, 0 } },
  b = { "1/2", "1/2" },
}
