-- Symplectic Euler, order 1: v first, by the old q, then q by the new v
return partitioned {
  tableau { A = { { 0 } }, b = { 1 } },
  tableau { A = { { 1 } }, b = { 1 } },
}
