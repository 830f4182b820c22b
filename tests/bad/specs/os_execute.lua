-- A command.
os.execute("touch /tmp/owned")
-- expect: 2: specs have no "os"; did you mean "cos"?
