-- The trapezoidal rule is Lobatto IIIA with two stages; also called crank_nicolson
return "lobatto3a2"
