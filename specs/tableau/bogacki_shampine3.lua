-- Bogacki & Shampine 1989, order 3; the fourth stage (FSAL) serves the error estimate alone
return tableau {
  A = { { 0,     0,     0,     0 },
        { "1/2", 0,     0,     0 },
        { 0,     "3/4", 0,     0 },
        { "2/9", "1/3", "4/9", 0 } },
  b = { "2/9", "1/3", "4/9", 0 },
}
