-- The globals.
rawset(_G, "tanh", nil)
-- expect: 2: specs have no "rawset"; did you mean "assert"?
