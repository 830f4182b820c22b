/* text: the text builder, and the one way to print and to read a number. */
#ifndef COSTATE_TEXT_H
#define COSTATE_TEXT_H

#include "gen/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

#if defined(__GNUC__)
#define COSTATE_FORMAT(at, first) __attribute__((format(printf, at, first)))
#else
#define COSTATE_FORMAT(at, first)
#endif

/* A growing text in an arena; data is always closed by a NUL. */
typedef struct {
    Arena *arena;
    char *data;
    size_t length;
    size_t capacity;
} Text;

/* An empty text whose memory comes from arena. */
Text text_new(Arena *arena);

void text_append(Text *text, const char *bytes, size_t length);
void text_add(Text *text, const char *string);
void text_format(Text *text, const char *format, ...) COSTATE_FORMAT(2, 3);

/* The shortest decimal that reads back as the same double (or, for text_float, the same float): "0.1", "1e-09",
 * "inf", "nan". */
void text_real(Text *text, double value);
void text_float(Text *text, float value);

/* A formatted string in the arena. */
char *text_print(Arena *arena, const char *format, ...) COSTATE_FORMAT(2, 3);

/* Reads the number that is the whole of string[0..length): decimal or scientific notation, no blanks, no hex, no
 * "nan" or "inf", and finite. False, with *value untouched, when it is not one. */
bool text_parse_real(const char *string, size_t length, double *value);

/* The same of what text_real prints, "nan", "inf" and "-inf" included: in files that were written so. */
bool text_parse_printed(const char *string, size_t length, double *value);

/* FNV-1a, 64 bits, of length bytes, continuing from hash (start with TEXT_HASH_SEED). */
#define TEXT_HASH_SEED UINT64_C(0xcbf29ce484222325)
uint64_t text_hash(uint64_t hash, const void *bytes, size_t length);

/* Appends string as a string constant of Lua. */
void text_lua_string(Text *text, const char *string);

#endif
