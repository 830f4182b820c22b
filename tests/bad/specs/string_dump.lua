-- Bytecode from a function.
return string.dump(function() end)
-- expect: 2: specs have no "string"; did you mean "tostring"?
