-- Code from a file.
return dofile("/etc/passwd")
-- expect: 2: specs have no "dofile"; did you mean "cosine"?
