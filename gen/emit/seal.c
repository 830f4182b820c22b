#include "gen/emit/seal.h"

#include <string.h>

enum { WORD = sizeof "checksum " - 1, DIGITS = 16 };

static uint64_t hash_of(const char *bytes, size_t length)
{
    uint64_t hash = TEXT_HASH_SEED;
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != '\r')
            hash = text_hash(hash, bytes + i, 1);
    return hash;
}

/* Where `word` is in bytes[from..length), or length. */
static size_t find(const char *bytes, size_t from, size_t length, const char *word)
{
    const size_t size = strlen(word);
    while (from < length && (length - from < size || memcmp(bytes + from, word, size) != 0))
        from++;
    return from;
}

char *seal_close_bytes(Arena *arena, const char *bytes, size_t length)
{
    char *sealed = arena_string(arena, bytes, length);
    const size_t at = find(bytes, 0, length, SEAL_BLANK);
    if (at < length)
        memcpy(sealed + at + WORD, text_print(arena, "%016llx", (unsigned long long)hash_of(bytes, length)), DIGITS);
    return sealed;
}

char *seal_close(Arena *arena, const char *text)
{
    return seal_close_bytes(arena, text, strlen(text));
}

Seal seal_look(Arena *arena, const char *text, size_t length)
{
    char *blank = arena_string(arena, text, length), digits[DIGITS];
    for (size_t at = 0; (at = find(blank, at, length, "checksum ")) < length; at += WORD) {
        char *const seal = blank + at + WORD; /* what is behind the bytes ends with a zero */
        if (strspn(seal, "0123456789abcdef") != DIGITS)
            continue;
        memcpy(digits, seal, DIGITS);
        memset(seal, '0', DIGITS);
        bool whole =
            memcmp(digits, text_print(arena, "%016llx", (unsigned long long)hash_of(blank, length)), DIGITS) == 0;
        return whole ? SEAL_WHOLE : SEAL_BROKEN;
    }
    return SEAL_MISSING;
}
