-- The classical method of order 4 (Kutta 1901); also called rk4, runge_kutta4
return tableau {
  A = { { 0,     0,     0, 0 },
        { "1/2", 0,     0, 0 },
        { 0,     "1/2", 0, 0 },
        { 0,     0,     1, 0 } },
  b = { "1/6", "1/3", "1/3", "1/6" },
}
