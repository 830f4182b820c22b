-- Strong-stability-preserving method of order 3 (Shu & Osher 1988)
return tableau {
  A = { { 0,     0,     0 },
        { 1,     0,     0 },
        { "1/4", "1/4", 0 } },
  b = { "1/6", "1/6", "2/3" },
}
