return network {
  name = "bad", inputs = 2, layers = 3, method = "euler", controls = { k = scalar() },
  field = function(y, u) return y * root(2) end,
  head = { outputs = 1, link = "sigmoid" }, loss = "squared",
}
-- expect: 3: root() is for tableaus; in expressions there is sqrt()
