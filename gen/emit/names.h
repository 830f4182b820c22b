/* names: what columns and classes of data are called, in emitted text. */
#ifndef COSTATE_NAMES_H
#define COSTATE_NAMES_H

#include "gen/base/text.h"

/* The name as a string literal of C and of Python. Whatever could end it, or be taken for something else by those that
 * go through the text behind (trigraphs, the solver's prefix, blanks where lines are broken), is an octal escape. */
void names_literal(Text *text, const char *name);

/* One literal a line, each with a comma behind it. */
void names_list(Text *text, const char *const *names, size_t count);

/* Bytes of the longest name, with its end. */
size_t names_bytes(const char *const *names, size_t count);

/* The name as the cell of a table in Markdown. */
void names_cell(Text *text, const char *name);

#endif
