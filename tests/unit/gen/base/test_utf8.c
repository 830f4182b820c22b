#include "gen/base/utf8.h"

#include <criterion/criterion.h>
#include <string.h>

Test(utf8, knows_its_characters)
{
    cr_assert_eq(utf8_length("a", 1), 1);
    cr_assert_eq(utf8_length("", 0), 0);
    cr_assert_eq(utf8_length("\xc3\xa9", 2), 2);
    cr_assert_eq(utf8_length("\xc3\xa9", 1), 0);
    cr_assert_eq(utf8_length("\xc0\x80", 2), 0);
    cr_assert_eq(utf8_length("\xe0\x9f\xbf", 3), 0);
    cr_assert_eq(utf8_length("\xed\xa0\x80", 3), 0);
    cr_assert_eq(utf8_length("\xf0\x8f\xbf\xbf", 4), 0);
    cr_assert_eq(utf8_length("\xf4\x90\x80\x80", 4), 0);
    for (uint32_t code = 1; code <= 0x10ffff; code++) {
        char bytes[4];
        if (code >= 0xd800 && code <= 0xdfff)
            continue;
        size_t length = utf8_encode(code, bytes);
        cr_assert_eq(utf8_length(bytes, length), length);
    }
}

Test(utf8, what_is_no_character_is_replaced)
{
    Utf8 sound = utf8_sound("\xc3\xa9x", 3), broken = utf8_sound("\xc3x", 2);
    cr_expect(sound.length == 2 && sound.taken == 2 && memcmp(sound.bytes, "\xc3\xa9", 2) == 0);
    cr_expect(broken.length == 3 && broken.taken == 1 && memcmp(broken.bytes, "\xef\xbf\xbd", 3) == 0);
}
