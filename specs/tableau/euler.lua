-- Euler
return tableau {
  A = { { 0 } },
  b = { 1 },
}
