/* console: Lua with networks in it: what the prompt and scripts run. The one part of runtime/ that knows Lua; its own
 * API is written in prelude.lua. */
#ifndef COSTATE_CONSOLE_H
#define COSTATE_CONSOLE_H

#include "runtime/session/session.h"

typedef struct Console Console;

/* What became of a text: it ran, it failed with its message on standard error, or it is the beginning of something. */
typedef enum { CONSOLE_DONE, CONSOLE_FAILED, CONSOLE_MORE } ConsoleResult;

/* It ends with the session's arena. */
Console *console_new(Session *session);

/* Runs the text and prints what it returns; a text that is an expression, or one behind "=", returns its value. */
ConsoleResult console_run(Console *console, const char *text);

/* From here on ^C stops what console_run runs, and nothing else; what nothing can stop, a third one ends with the
 * program. */
void console_catch_interrupts(void);

/* Runs the script at path; false after an error, which is recorded. */
bool console_script(Console *console, const char *path);

/* The word that line ends in, and what it may be the beginning of; closed by NULL. Within a string these are specs,
 * methods, activations, pictures or files, by what stands before it. */
const char *const *console_complete(Console *console, const char *line, const char **word);

#endif
