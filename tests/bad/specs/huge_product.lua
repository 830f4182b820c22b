-- Parameters whose number overflows.
return network {
  name = "bad",
  inputs = 4096,
  layers = 1e7,
  method = "kutta4",
  head = { outputs = 1, link = "sigmoid" },
  loss = "squared",
  controls = { m0 = matrix(4096, 4096), m1 = matrix(4096, 4096), m2 = matrix(4096, 4096), m3 = matrix(4096, 4096), m4 = matrix(4096, 4096), m5 = matrix(4096, 4096), m6 = matrix(4096, 4096), m7 = matrix(4096, 4096), m8 = matrix(4096, 4096), m9 = matrix(4096, 4096), m10 = matrix(4096, 4096), m11 = matrix(4096, 4096), m12 = matrix(4096, 4096), m13 = matrix(4096, 4096), m14 = matrix(4096, 4096), m15 = matrix(4096, 4096), m16 = matrix(4096, 4096), m17 = matrix(4096, 4096), m18 = matrix(4096, 4096), m19 = matrix(4096, 4096), m20 = matrix(4096, 4096), m21 = matrix(4096, 4096), m22 = matrix(4096, 4096), m23 = matrix(4096, 4096), m24 = matrix(4096, 4096), m25 = matrix(4096, 4096), m26 = matrix(4096, 4096), m27 = matrix(4096, 4096), m28 = matrix(4096, 4096), m29 = matrix(4096, 4096), m30 = matrix(4096, 4096), m31 = matrix(4096, 4096), m32 = matrix(4096, 4096), m33 = matrix(4096, 4096), m34 = matrix(4096, 4096), m35 = matrix(4096, 4096), m36 = matrix(4096, 4096), m37 = matrix(4096, 4096), m38 = matrix(4096, 4096), m39 = matrix(4096, 4096), m40 = matrix(4096, 4096), m41 = matrix(4096, 4096), m42 = matrix(4096, 4096), m43 = matrix(4096, 4096), m44 = matrix(4096, 4096), m45 = matrix(4096, 4096), m46 = matrix(4096, 4096), m47 = matrix(4096, 4096), m48 = matrix(4096, 4096), m49 = matrix(4096, 4096), m50 = matrix(4096, 4096), m51 = matrix(4096, 4096), m52 = matrix(4096, 4096), m53 = matrix(4096, 4096), m54 = matrix(4096, 4096), m55 = matrix(4096, 4096), m56 = matrix(4096, 4096), m57 = matrix(4096, 4096), m58 = matrix(4096, 4096), m59 = matrix(4096, 4096) },
  field = function(y, u) return y end,
}
-- expect: 5: the network has 10066329610004097 parameters; at most 1073741824 are supported
