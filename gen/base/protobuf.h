/* protobuf: messages in the wire format of Protocol Buffers. A message is the text of its fields, which other messages
 * hold as one of theirs. */
#ifndef COSTATE_PROTOBUF_H
#define COSTATE_PROTOBUF_H

#include "gen/base/text.h"

/* Each adds the field of that number to the message: an integer, at least 0; bytes; a string; another message. */
void protobuf_integer(Text *message, unsigned field, uint64_t value);
void protobuf_bytes(Text *message, unsigned field, const void *bytes, size_t length);
void protobuf_string(Text *message, unsigned field, const char *string);
void protobuf_message(Text *message, unsigned field, const Text *part);

#endif
