-- Every error is reported, in the order of the file.
return network {
  name = "bad",
  inputs = 0,
  layers = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, link = "softmax" },
  lift = "yes",
  seeed = 1,
}
-- expect: 2: loss is missing: "squared", "crossentropy", "huber"
-- expect: 4: inputs = 0 is out of range: 1 to 1048576
-- expect: 8: the softmax of one output is always 1: use link = "sigmoid" or more outputs
-- expect: 9: lift must be true, false or function(x, u) ... end, not a string
-- expect: 10: unknown key "seeed" in network; did you mean "seed"?
