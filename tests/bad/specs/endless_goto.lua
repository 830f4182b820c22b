-- A jump to itself.
::again::
goto again
-- expect: 3: the spec runs for too long: it may execute 10 million instructions
