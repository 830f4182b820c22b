-- Ralston's method of order 2: the least bound on the local error
return tableau {
  A = { { 0,     0 },
        { "2/3", 0 } },
  b = { "1/4", "3/4" },
}
