/* seal: the checksum that an emitted text carries of itself, so that an edited file is told from one that is not. */
#ifndef COSTATE_SEAL_H
#define COSTATE_SEAL_H

#include "gen/base/text.h"

/* What a text that is to be sealed holds once. */
#define SEAL_BLANK "checksum 0000000000000000"

typedef enum { SEAL_MISSING, SEAL_BROKEN, SEAL_WHOLE } Seal;

/* The text with its first SEAL_BLANK filled in: the FNV-1a hash, in 64 bits, of the text as it is given. Carriage
 * returns do not count, so that a checkout with other line endings is no edit. */
char *seal_close(Arena *arena, const char *text);

/* The same of any bytes: length of them, zeros and all. */
char *seal_close_bytes(Arena *arena, const char *bytes, size_t length);

/* Does text[0..length) carry a checksum, and is it that of the rest? */
Seal seal_look(Arena *arena, const char *text, size_t length);

#endif
