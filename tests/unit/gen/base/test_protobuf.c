/* protobuf: fields as the encoding's own documentation shows them. */
#include "tests/unit/fixture.h"

#include "gen/base/protobuf.h"

TestSuite(protobuf, .init = fixture_open, .fini = fixture_close);

static void assert_bytes(const Text *message, const char *bytes, size_t length)
{
    cr_assert_eq(message->length, length);
    cr_assert_arr_eq(message->data, bytes, length);
}

Test(protobuf, integers_take_seven_bits_a_byte)
{
    Text message = text_new(arena);
    protobuf_integer(&message, 1, 150);
    assert_bytes(&message, "\x08\x96\x01", 3);
    protobuf_integer(&message, 20, UINT64_MAX);
    assert_bytes(&message, "\x08\x96\x01\xa0\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 15);
}

Test(protobuf, strings_and_messages_tell_their_length)
{
    Text message = text_new(arena), part = text_new(arena);
    protobuf_string(&message, 2, "testing");
    assert_bytes(&message, "\x12\x07testing", 9);
    message = text_new(arena);
    protobuf_integer(&part, 1, 150);
    protobuf_message(&message, 3, &part);
    assert_bytes(&message, "\x1a\x03\x08\x96\x01", 5);
    message = text_new(arena);
    protobuf_bytes(&message, 1, "\0\n", 2);
    assert_bytes(&message, "\x0a\x02\0\n", 4);
}
