-- Forest & Ruth 1990, order 4 for separable fields: three Verlet steps; b differs from b^
local theta = 1 / (2 - root("x^3 - 2", 1, 2))
local v, q = { theta / 2, (1 - theta) / 2, (1 - theta) / 2, theta / 2 }, { theta, 1 - 2 * theta, theta, 0 }
local A, B = {}, {}
for i = 1, #v do
  A[i], B[i] = {}, {}
  for j = 1, #v do
    A[i][j], B[i][j] = j < i and q[j] or 0, j <= i and v[j] or 0
  end
end
return partitioned { tableau { A = A, b = q }, tableau { A = B, b = v } }
