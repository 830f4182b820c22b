/* wrap: breaks the long lines of C text, as they come of long names. */
#ifndef COSTATE_WRAP_H
#define COSTATE_WRAP_H

#include "gen/base/text.h"

/* The text with lines of at most `columns` characters where that can be: arguments go on under the first one, comments
 * as a paragraph. What continued such a line stays aligned with it. */
char *wrap_lines(Arena *arena, const char *source, size_t columns);

#endif
