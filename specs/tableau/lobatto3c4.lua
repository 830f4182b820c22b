-- Lobatto IIIC with three stages, order 4 (Chipman 1971)
return tableau {
  A = { { "1/6", "-1/3", "1/6" },
        { "1/6", "5/12", "-1/12" },
        { "1/6", "2/3",  "1/6" } },
  b = { "1/6", "2/3", "1/6" },
}
