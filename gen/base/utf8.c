#include "gen/base/utf8.h"

#include <stdbool.h>

static bool continues(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* The second byte's range excludes overlong forms, surrogates and what is above U+10FFFF (RFC 3629, section 4). */
size_t utf8_length(const char *text, size_t left)
{
    const unsigned char *b = (const unsigned char *)text;
    if (left == 0)
        return 0;
    if (b[0] < 0x80)
        return 1;
    if (b[0] < 0xc2 || b[0] > 0xf4 || left < 2 || !continues(b[1]))
        return 0;
    if (b[0] < 0xe0)
        return 2;
    if (left < 3 || !continues(b[2]) || (b[0] == 0xe0 && b[1] < 0xa0) || (b[0] == 0xed && b[1] > 0x9f))
        return 0;
    if (b[0] < 0xf0)
        return 3;
    if (left < 4 || !continues(b[3]) || (b[0] == 0xf0 && b[1] < 0x90) || (b[0] == 0xf4 && b[1] > 0x8f))
        return 0;
    return 4;
}

Utf8 utf8_sound(const char *text, size_t left)
{
    size_t length = utf8_length(text, left);
    return length ? (Utf8){text, length, length} : (Utf8){"\xef\xbf\xbd", 3, 1};
}

size_t utf8_encode(uint32_t code, char bytes[4])
{
    static const unsigned char lead[5] = {0, 0, 0xc0, 0xe0, 0xf0};
    if (code < 0x80) {
        bytes[0] = (char)code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3f));
    bytes[0] = (char)(lead[length] | code);
    return length;
}
