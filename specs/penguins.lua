-- Three species of penguins from four measurements (Palmer penguins; Horst, Hill & Gorman 2020).
--   costate train specs/penguins.lua --data penguins.csv
return network {
  name = "penguins", inputs = 4, width = 6, layers = 8,
  method = "kutta3",
  activation = "tanh",
  head = { outputs = 3, link = "softmax" },
  loss = "crossentropy", average = true,
  data = { "penguins.csv", label = "species",
           features = "bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g",
           drop_missing = true, standardize = true, split = 0.8 },
  train = { search = "armijo", iterations = 200 },
}
