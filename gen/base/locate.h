/* locate: on which line of a spec a key was written. Lua keeps no such record, so the text is searched. */
#ifndef COSTATE_LOCATE_H
#define COSTATE_LOCATE_H

/* The line of the key `path` ("head.link") in the table constructor that is the argument of the call of `function` on
 * line call_line or after; the line of the longest part of the path that is there; call_line when none is (the table
 * was built elsewhere). */
int locate_key(const char *source, const char *function, int call_line, const char *path);

#endif
