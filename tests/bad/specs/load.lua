-- Code from a string.
return load("return 1")()
-- expect: 2: specs have no "load"; did you mean "log"?
