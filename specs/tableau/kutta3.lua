-- Kutta's method of order 3; also called rk3
return tableau {
  A = { { 0,     0, 0 },
        { "1/2", 0, 0 },
        { -1,    2, 0 } },
  b = { "1/6", "2/3", "1/6" },
}
