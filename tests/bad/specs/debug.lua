-- The debug library.
return debug.getregistry()
-- expect: 2: specs have no "debug"
