-- Radau IIA with two stages, order 3 (Ehle 1969)
return tableau {
  A = { { "5/12", "-1/12" },
        { "3/4",  "1/4" } },
  b = { "3/4", "1/4" },
}
