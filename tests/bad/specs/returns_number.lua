-- A number is returned.
return 7
-- expect: 2: the file must return network { ... }, not an integer
