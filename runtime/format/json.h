/* json: JSON texts, read by jansson (https://jansson.readthedocs.io), and the text of a string that is written. */
#ifndef COSTATE_JSON_H
#define COSTATE_JSON_H

#include "gen/base/diagnostics.h"

#include <jansson.h>

/* Where a JSON text is from, for errors. */
typedef struct {
    const char *file;
    const char *text; /* UTF-8; need not be closed by a NUL */
    size_t length;
    size_t base; /* 0: the text is the whole file, and errors have line and column. Else the text begins at that byte
                    of a binary file, and errors say "near byte N" of the file */
} JsonSource;

/* The array or object that is the whole of source, which lives as long as arena and keeps its members in their order;
 * NULL with an error when it is not JSON (RFC 8259), is nested deeper than 2048, names a member twice, or holds a
 * number that is not finite or a string with a NUL. */
json_t *json_read(Arena *arena, Diagnostics *diagnostics, const JsonSource *source);

/* Appends string, quoted and escaped. Bytes that are not UTF-8 become U+FFFD. */
void json_write_string(Text *text, const char *string);

#endif
