#include "gen/base/protobuf.h"

#include <string.h>

/* How a field is stored. */
enum { WIRE_INTEGER = 0, WIRE_BYTES = 2 };

/* Seven bits a byte, the lowest first; all but the last have the eighth set. */
static void add_varint(Text *message, uint64_t value)
{
    char bytes[10];
    size_t count = 0;
    do {
        bytes[count++] = (char)(unsigned char)((value & 127) | (value > 127 ? 128 : 0));
        value >>= 7;
    } while (value);
    text_append(message, bytes, count);
}

void protobuf_integer(Text *message, unsigned field, uint64_t value)
{
    add_varint(message, field << 3 | WIRE_INTEGER);
    add_varint(message, value);
}

void protobuf_bytes(Text *message, unsigned field, const void *bytes, size_t length)
{
    add_varint(message, field << 3 | WIRE_BYTES);
    add_varint(message, length);
    text_append(message, bytes, length);
}

void protobuf_string(Text *message, unsigned field, const char *string)
{
    protobuf_bytes(message, field, string, strlen(string));
}

void protobuf_message(Text *message, unsigned field, const Text *part)
{
    protobuf_bytes(message, field, part->data, part->length);
}
