-- Gauss with two stages, order 4 (Hammer & Hollingsworth 1955)
local r = root(3)
return tableau {
  A = { { "1/4",         "1/4" - r / 6 },
        { "1/4" + r / 6, "1/4" } },
  b = { "1/2", "1/2" },
}
