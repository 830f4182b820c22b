-- network of a number.
return network(2)
-- expect: 2: network takes a table: network { ... }
