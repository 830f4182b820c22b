-- A third row of two.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2) },
  field = function(y, u) return y * dot(u.A[3], y) end,
  loss = "squared",
}
-- expect: 8: row [3] of a matrix of 2: they count from 1
