-- Stormer and Verlet: Lobatto IIIA-IIIB with two stages, order 2; also called leapfrog
return partitioned { "lobatto3a2", "lobatto3b2" }
