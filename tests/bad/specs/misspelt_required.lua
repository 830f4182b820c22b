-- A required key is misspelt: one error, not a second one that it is missing.
return network {
  name = "bad",
  inputs = 2,
  layrs = 3,
  method = "kutta4",
  activation = "tanh",
  head = { outputs = 1, lnk = "sigmoid" },
  los = "squared",
}
-- expect: 5: unknown key "layrs" in network; did you mean "layers"?
-- expect: 8: unknown key "lnk" in head; did you mean "link"?
-- expect: 9: unknown key "los" in network; did you mean "loss"?
