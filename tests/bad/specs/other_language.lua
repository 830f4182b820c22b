-- A program of another language.
from costate import network
network(inputs=2)
-- expect: 2: syntax error near 'costate'; a spec is Lua: return network { .. }
