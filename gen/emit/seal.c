#include "gen/emit/seal.h"

#include <string.h>

enum { WORD = sizeof "checksum " - 1, DIGITS = 16 };

static uint64_t hash_of(const char *text)
{
    uint64_t hash = TEXT_HASH_SEED;
    for (; *text; text++)
        if (*text != '\r')
            hash = text_hash(hash, text, 1);
    return hash;
}

char *seal_close(Arena *arena, const char *text)
{
    char *sealed = arena_string(arena, text, strlen(text)), *at = strstr(sealed, SEAL_BLANK);
    if (at)
        memcpy(at + WORD, text_print(arena, "%016llx", (unsigned long long)hash_of(text)), DIGITS);
    return sealed;
}

Seal seal_look(Arena *arena, const char *text, size_t length)
{
    char *blank = arena_string(arena, text, length), digits[DIGITS];
    for (char *at = blank; (at = strstr(at, "checksum ")); at += WORD) {
        if (strspn(at + WORD, "0123456789abcdef") != DIGITS)
            continue;
        memcpy(digits, at + WORD, DIGITS);
        memset(at + WORD, '0', DIGITS);
        bool whole = strlen(blank) == length &&
                     memcmp(digits, text_print(arena, "%016llx", (unsigned long long)hash_of(blank)), DIGITS) == 0;
        return whole ? SEAL_WHOLE : SEAL_BROKEN;
    }
    return SEAL_MISSING;
}
