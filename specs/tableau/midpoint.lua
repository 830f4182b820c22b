-- Explicit midpoint; b1 = 0; also called rk2
return tableau {
  A = { { 0,     0 },
        { "1/2", 0 } },
  b = { 0, 1 },
}
