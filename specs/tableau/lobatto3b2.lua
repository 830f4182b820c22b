-- Lobatto IIIB with two stages, order 2; with lobatto3a2 for positions it is Stormer and Verlet's method
return tableau {
  A = { { "1/2", 0 },
        { "1/2", 0 } },
  b = { "1/2", "1/2" },
}
