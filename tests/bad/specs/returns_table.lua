-- network is forgotten.
return {
  inputs = 2,
}
-- expect: 4: the file must return network { ... }, not a table
