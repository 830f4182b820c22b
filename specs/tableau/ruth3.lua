-- Ruth 1983, order 3 for separable fields: kicks v, drifts q by turns; b differs from b^
local v, q = { "7/24", "3/4", "-1/24" }, { "2/3", "-2/3", 1 }
local A, B = {}, {}
for i = 1, #v do
  A[i], B[i] = {}, {}
  for j = 1, #v do
    A[i][j], B[i][j] = j < i and q[j] or 0, j <= i and v[j] or 0
  end
end
return partitioned { tableau { A = A, b = q }, tableau { A = B, b = v } }
