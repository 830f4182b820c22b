-- The end is missing.
return network {
  inputs = 2,
-- expect: 5: unexpected symbol near <eof>; a } or an end is missing
