-- Lobatto IIIA-IIIB with three stages, order 4 (Sun 1993)
return partitioned { "lobatto3a4", "lobatto3b4" }
