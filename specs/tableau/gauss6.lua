-- Gauss with three stages, order 6 (Kuntzmann 1961, Butcher 1964)
local r = root(15)
return tableau {
  A = { { "5/36",          "2/9" - r / 15, "5/36" - r / 30 },
        { "5/36" + r / 24, "2/9",          "5/36" - r / 24 },
        { "5/36" + r / 30, "2/9" + r / 15, "5/36" } },
  b = { "5/18", "4/9", "5/18" },
}
