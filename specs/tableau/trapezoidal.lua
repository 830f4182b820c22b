-- The trapezoidal rule, order 2: Lobatto IIIA with two stages
return tableau {
  A = { { 0,     0 },
        { "1/2", "1/2" } },
  b = { "1/2", "1/2" },
}
