-- The end has no time of its own.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2) },
  field = function(y, u) return u.A * y end,
  terminal = function(y, u, t) return t * y[1] end,
}
-- expect: 9: the function has 3 parameters, and is given 2 arguments
