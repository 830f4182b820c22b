-- A method of 80 stages, each of the same weight.
local A, b = {}, {}
for i = 1, 80 do
  A[i], b[i] = {}, "1/80"
  for j = 1, 80 do A[i][j] = 0 end
end
return network {
  name = "bad", inputs = 2, layers = 2,
  method = tableau { A = A, b = b },
  activation = "tanh",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
}
-- expect: 9: b has 80 entries: a method has at most 64 stages
