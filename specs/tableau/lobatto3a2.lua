-- Lobatto IIIA with two stages, order 2: the trapezoidal rule
return tableau {
  A = { { 0,     0 },
        { "1/2", "1/2" } },
  b = { "1/2", "1/2" },
}
