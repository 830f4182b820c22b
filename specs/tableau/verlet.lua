-- Stormer and Verlet: Lobatto IIIA-IIIB with two stages, order 2
return partitioned { "lobatto3a2", "lobatto3b2" }
