-- Lobatto IIIB with three stages, order 4
return tableau {
  A = { { "1/6", "-1/6", 0 },
        { "1/6", "1/3",  0 },
        { "1/6", "5/6",  0 } },
  b = { "1/6", "2/3", "1/6" },
}
