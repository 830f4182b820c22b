/* utf8: what is a character (RFC 3629). */
#ifndef COSTATE_UTF8_H
#define COSTATE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The length of the character that text[0..left) begins with, 1 to 4 bytes; 0 when it begins with none: a stray,
 * overlong or truncated sequence, a surrogate, something above U+10FFFF, or nothing. */
size_t utf8_length(const char *text, size_t left);

/* What text[0..left), left > 0, begins with, for a text that has to be sound: its character, or U+FFFD for a byte that
 * begins none. */
typedef struct {
    const char *bytes;
    size_t length; /* of bytes */
    size_t taken;  /* of text */
} Utf8;
Utf8 utf8_sound(const char *text, size_t left);

/* Writes the character of that code to bytes and returns its length. code is no surrogate and at most 0x10ffff. */
size_t utf8_encode(uint32_t code, char bytes[4]);

#endif
