-- The implicit midpoint rule, order 2: Gauss with one stage
return tableau {
  A = { { "1/2" } },
  b = { 1 },
}
