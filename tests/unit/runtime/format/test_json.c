#include "tests/unit/fixture.h"

#include "runtime/format/json.h"
#include "gen/base/utf8.h"

TestSuite(json, .init = fixture_open, .fini = fixture_close);

static const Json *read_text(const char *text)
{
    JsonSource source = {.file = "a.json", .text = text, .length = strlen(text)};
    return json_read(arena, diagnostics, &source);
}

static void assert_refused(const char *text, const char *message)
{
    diagnostics = diagnostics_new(arena);
    cr_assert_null(read_text(text), "%s", text);
    cr_assert_str_eq(fixture_messages(), text_print(arena, "a.json:%s\n", message));
}

Test(json, reads_every_kind)
{
    const Json *value = read_text(" {\"a\": [1, -2.5e3, true, false, null], \"b\": {}, \"c\": \"x\", \"d\": []} ");
    cr_assert_not_null(value, "%s", fixture_messages());
    cr_assert_eq(value->kind, JSON_OBJECT);
    cr_assert_eq(value->count, 4);
    const Json *a = json_member(value, "a");
    cr_assert_eq(a->count, 5);
    cr_assert_eq(a->offset, 7);
    cr_assert_eq(a->items[0].number, 1);
    cr_assert(a->items[0].natural);
    cr_assert_eq(a->items[1].number, -2500);
    cr_assert_not(a->items[1].natural);
    cr_assert(a->items[2].kind == JSON_BOOLEAN && a->items[2].boolean);
    cr_assert(a->items[3].kind == JSON_BOOLEAN && !a->items[3].boolean);
    cr_assert_eq(a->items[4].kind, JSON_NULL);
    cr_assert_eq(json_member(value, "b")->kind, JSON_OBJECT);
    cr_assert_str_eq(json_member(value, "c")->string, "x");
    cr_assert_eq(json_member(value, "d")->count, 0);
    cr_assert_null(json_member(value, "e"));
    cr_assert_null(json_member(a, "a"));
}

Test(json, a_natural_number_is_exact_digits)
{
    cr_assert(read_text("9007199254740992")->natural);
    cr_assert_not(read_text("18014398509481984")->natural);
    cr_assert_not(read_text("1.0")->natural);
    cr_assert_not(read_text("1e2")->natural);
    cr_assert_not(read_text("-1")->natural);
}

Test(json, long_lists_keep_their_items)
{
    Text text = text_new(arena);
    for (int i = 0; i < 1000; i++)
        text_format(&text, "%c[%d,[%d]]", i ? ',' : '[', i, i);
    text_add(&text, "]");
    const Json *value = read_text(text.data);
    cr_assert_eq(value->count, 1000);
    for (size_t i = 0; i < 1000; i++)
        cr_assert_eq(value->items[i].items[1].items[0].number, (double)i);
}

Test(json, reads_escapes)
{
    const Json *value = read_text("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20AC\\uD83D\\ude00\xc3\xa9\"");
    cr_assert_str_eq(value->string, "\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xc3\xa9");
}

Test(json, refuses_what_is_not_json)
{
    assert_refused("", "1:1: the text ends where a value is expected");
    assert_refused("{\"a\":1,}", "1:8: a name in quotes is expected here");
    assert_refused("[1,]", "1:4: a value is expected here");
    assert_refused("[1 2]", "1:4: a comma or ] is expected here");
    assert_refused("{\"a\" 1}", "1:6: a colon is expected here");
    assert_refused("{\"a\":1", "1:7: the text ends where a comma or } is expected");
    assert_refused("{a:1}", "1:2: a name in quotes is expected here");
    assert_refused("nul", "1:1: a value is expected here");
    assert_refused("[tru]", "1:2: a value is expected here");
    assert_refused("NaN", "1:1: a value is expected here");
    assert_refused("\n\n 1 1", "3:4: something follows the JSON value");
    assert_refused("{\n \"a\": 1,\n \"a\": 2}", "3:2: the name \"a\" a second time");
}

Test(json, refuses_bad_numbers)
{
    assert_refused("01", "1:1: a number that JSON does not have");
    assert_refused("-", "1:1: a number that JSON does not have");
    assert_refused("1.", "1:1: a number that JSON does not have");
    assert_refused("1e", "1:1: a number that JSON does not have");
    assert_refused(".5", "1:1: a value is expected here");
    assert_refused("+1", "1:1: a value is expected here");
    assert_refused("1e999", "1:1: a number that is too large or too long");
}

Test(json, refuses_bad_strings)
{
    assert_refused("\"a", "1:1: a string that does not end");
    assert_refused("\"a\\", "1:3: an escape that JSON does not have");
    assert_refused("\"\\x\"", "1:2: an escape that JSON does not have");
    assert_refused("\"\\u12g4\"", "1:6: a hexadecimal digit is expected here");
    assert_refused("\"\\u0000\"", "1:2: the character \\u0000 is not supported");
    assert_refused("\"\\ude00\"", "1:2: a low surrogate without the high one before it");
    assert_refused("\"\\ud800\"", "1:2: a high surrogate without the low one after it");
    assert_refused("\"\\ud800\\u0041\"", "1:2: a high surrogate without the low one after it");
    assert_refused("\"a\nb\"", "1:3: a control character in a string");
    assert_refused("\"\xff\"", "1:2: a byte that is not UTF-8");
}

Test(json, limits_the_depth)
{
    char text[300] = "";
    memset(text, '[', 64);
    memset(text + 64, ']', 64);
    cr_assert_not_null(read_text(text));
    memset(text, '[', 299);
    assert_refused(text, "1:65: arrays and objects nested too deep");
}

Test(json, a_header_in_a_binary_file_counts_bytes)
{
    JsonSource source = {.file = "a.bin", .text = "[1,", .length = 3, .base = 8};
    cr_assert_null(json_read(arena, diagnostics, &source));
    cr_assert_str_eq(fixture_messages(), "a.bin: the text ends where a value is expected, at byte 11\n");
}

Test(json, writes_strings_that_read_back)
{
    const char *string = "\"quoted\" \\ / \b\f\n\r\t \x01\x1f\x7f \xc3\xa9 \xf0\x9f\x98\x80";
    Text text = text_new(arena);
    json_write_string(&text, string);
    cr_assert_str_eq(text.data,
                     "\"\\\"quoted\\\" \\\\ / \\b\\f\\n\\r\\t \\u0001\\u001f\x7f \xc3\xa9 \xf0\x9f\x98\x80\"");
    cr_assert_str_eq(read_text(text.data)->string, string);
    Text broken = text_new(arena);
    json_write_string(&broken, "a\xff");
    cr_assert_str_eq(broken.data, "\"a\xef\xbf\xbd\"");
}

Test(json, utf8_knows_its_characters)
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
