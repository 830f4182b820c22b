-- Vectors that are joined in a penalty.
return network {
  name = "bad",
  inputs = 2,
  layers = 4,
  method = "euler",
  controls = { A = matrix(2, 2), c = vector(2) },
  field = function(y, u) return u.A * y + u.c end,
  loss = "squared",
  penalty = function(u, v, h) return sum(concat(u.c, v.c)) end,
}
-- expect: 10: penalty must return a scalar, not a varying scalar: K * y, concat, softmax and logsumexp are of samples, which it has not
