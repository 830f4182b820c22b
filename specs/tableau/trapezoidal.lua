-- The trapezoidal rule is Lobatto IIIA with two stages
return "lobatto3a2"
