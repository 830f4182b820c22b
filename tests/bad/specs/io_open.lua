-- A file.
return io.open("/etc/passwd")
-- expect: 2: specs have no "io"
