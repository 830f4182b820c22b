-- An endless loop in a coroutine.
local co = coroutine.wrap(function() while true do end end)
co()
-- expect: 2: specs have no "coroutine"
