-- A variable that closes itself.
local x <close> = network
-- expect: 2: variable 'x' got a non-closable value
