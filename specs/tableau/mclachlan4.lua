-- McLachlan 1995, order 4 for separable fields, five drifts; b differs from b^
local r = root(19)
local v1, v2, v3 = (14 - r) / 108, (20 - 7 * r) / 108, (20 + 8 * r) / 108
local v, q = { v1, v2, v3, v3, v2, v1 }, { "2/5", "-1/10", "2/5", "-1/10", "2/5", 0 }
local A, B = {}, {}
for i = 1, #v do
  A[i], B[i] = {}, {}
  for j = 1, #v do
    A[i][j], B[i][j] = j < i and q[j] or 0, j <= i and v[j] or 0
  end
end
return partitioned { tableau { A = A, b = q }, tableau { A = B, b = v } }
