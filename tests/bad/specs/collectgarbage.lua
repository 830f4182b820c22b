-- The collector.
collectgarbage("stop")
-- expect: 2: specs have no "collectgarbage"
