-- A module.
local os = require("os")
-- expect: 2: specs have no "require"
