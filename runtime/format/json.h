/* json: a strict reader of JSON (RFC 8259) into a tree in the arena, and the text of a string. */
#ifndef COSTATE_JSON_H
#define COSTATE_JSON_H

#include "gen/base/diagnostics.h"

typedef enum { JSON_NULL, JSON_BOOLEAN, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT } JsonKind;

typedef struct Json {
    JsonKind kind;
    size_t offset;            /* of its first byte in the text */
    bool boolean;             /* JSON_BOOLEAN */
    bool natural;             /* JSON_NUMBER: digits only, and exact in number */
    double number;            /* JSON_NUMBER: finite */
    const char *string;       /* JSON_STRING: UTF-8 without NUL */
    const char *const *names; /* JSON_OBJECT: [count], all different */
    struct Json *items;       /* JSON_ARRAY and JSON_OBJECT: [count] */
    size_t count;
} Json;

/* Where a JSON text is from, for errors. */
typedef struct {
    const char *file;
    const char *text; /* UTF-8; need not be closed by a NUL */
    size_t length;
    size_t base; /* 0: the text is the whole file, and errors have line and column. Else the text begins at that byte
                    of a binary file, and errors say "at byte N" of the file */
} JsonSource;

/* The value that is the whole of source; NULL with an error when it is not JSON, is nested deeper than 64, names a
 * member twice, or holds a number that is not finite or a string with a NUL. */
const Json *json_read(Arena *arena, Diagnostics *diagnostics, const JsonSource *source);

/* Records an error at byte offset of source. Returns false. */
bool json_error(Diagnostics *diagnostics, const JsonSource *source, size_t offset, const char *format, ...)
    COSTATE_FORMAT(4, 5);

/* The member of that name, or NULL; NULL too where object is no object. */
const Json *json_member(const Json *object, const char *name);

/* Appends string, quoted and escaped. Bytes that are not UTF-8 become U+FFFD. */
void json_write_string(Text *text, const char *string);

#endif
