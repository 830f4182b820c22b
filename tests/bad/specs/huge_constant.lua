-- A constant that doubles its digits.
return network {
  name = "bad",
  inputs = 2,
  layers = 3,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = { g = scalar() },
  field = function(y, u)
    local c = u.g ^ 0 * 1.1
    while true do c = c * c end
  end,
}
-- expect: 12: a constant of the expression has too many digits
