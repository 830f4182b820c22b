-- Lobatto IIIA with three stages, order 4
return tableau {
  A = { { 0,      0,     0 },
        { "5/24", "1/3", "-1/24" },
        { "1/6",  "2/3", "1/6" } },
  b = { "1/6", "2/3", "1/6" },
}
