#include "tests/unit/fixture.h"

#include "runtime/format/json.h"

TestSuite(json, .init = fixture_open, .fini = fixture_close);

static json_t *read_text(const char *text)
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

Test(json, keeps_the_order_of_members)
{
    json_t *value = read_text(" {\"z\": [1, -2.5e3], \"b\": {}, \"c\": \"x\", \"a\": []} "), *member;
    cr_assert_not_null(value, "%s", fixture_messages());
    Text names = text_new(arena);
    const char *name;
    json_object_foreach(value, name, member) text_add(&names, name);
    cr_assert_str_eq(names.data, "zbca");
    cr_assert_eq(json_number_value(json_array_get(json_object_get(value, "z"), 1)), -2500);
}

Test(json, integers_are_exact)
{
    json_t *value = read_text("[9007199254740993, 1.0, 1e2]");
    cr_assert_eq(json_integer_value(json_array_get(value, 0)), 9007199254740993);
    cr_assert_not(json_is_integer(json_array_get(value, 1)));
    cr_assert_not(json_is_integer(json_array_get(value, 2)));
}

Test(json, refuses_what_is_not_json)
{
    assert_refused("", "1: '[' or '{' expected near end of file");
    assert_refused("{\"a\":1,}", "1:8: string or '}' expected near '}'");
    assert_refused("[1 2]", "1:4: ']' expected near '2'");
    assert_refused("{\"a\":1", "1:6: '}' expected near end of file");
    assert_refused("[tru]", "1:4: invalid token near 'tru'");
    assert_refused("\n\n [1] 1", "3:6: end of file expected near '1'");
    assert_refused("{\n \"a\": 1,\n \"a\": 2}", "3:4: duplicate object key near '\"a\"'");
}

Test(json, refuses_numbers_that_are_not_finite)
{
    assert_refused("[NaN]", "1:4: invalid token near 'NaN'");
    assert_refused("[1e999]", "1:6: real number overflow near '1e999'");
    assert_refused("[99999999999999999999]", "1:21: too big integer near '99999999999999999999'");
}

Test(json, refuses_bad_strings)
{
    assert_refused("[\"a", "1:3: premature end of input near '\"a'");
    assert_refused("[\"\\u0000\"]", "1:9: \\u0000 is not allowed without JSON_ALLOW_NUL near '\"\\u0000\"'");
    assert_refused("[\"\xff\"]", "1:2: unable to decode byte 0xff near '\"'");
}

Test(json, limits_the_depth)
{
    char text[5000] = "";
    memset(text, '[', 2000);
    memset(text + 2000, ']', 2000);
    cr_assert_not_null(read_text(text));
    memset(text, '[', 4999);
    assert_refused(text, "1:2049: maximum parsing depth reached near '['");
}

Test(json, a_header_in_a_binary_file_counts_bytes)
{
    JsonSource source = {.file = "a.bin", .text = "[1,", .length = 3, .base = 8};
    cr_assert_null(json_read(arena, diagnostics, &source));
    cr_assert_str_eq(fixture_messages(), "a.bin: ']' expected near end of file, near byte 11\n");
}

static size_t allocations;

static void *allocate_some(size_t size)
{
    return allocations-- ? malloc(size) : NULL;
}

static json_t *read_with(Arena *own, size_t count)
{
    static const char text[] = "{\"a\": [1, 2.5, \"text\", null], \"b\": {\"c\": true}}";
    JsonSource source = {.file = "a.json", .text = text, .length = sizeof text - 1};
    allocations = count;
    json_set_alloc_funcs(allocate_some, free);
    if (setjmp(*arena_recovery(own)))
        return NULL;
    return json_read(own, diagnostics, &source);
}

/* The n-th allocation fails: that is no error in the text, and leaves nothing behind (make sanitize). */
Test(json, wants_of_memory_are_not_bad_json)
{
    size_t count = 0;
    for (bool read = false; !read; count++) {
        Arena *own = arena_new();
        read = read_with(own, count);
        arena_free(own);
        cr_assert_eq(diagnostics_errors(diagnostics), 0, "%s", fixture_messages());
    }
    json_set_alloc_funcs(malloc, free);
    cr_assert_gt(count, 10);
}

Test(json, writes_strings_that_read_back)
{
    const char *string = "\"quoted\" \\ / \b\f\n\r\t \x01\x1f\x7f \xc3\xa9 \xf0\x9f\x98\x80";
    Text text = text_new(arena);
    json_write_string(&text, string);
    cr_assert_str_eq(text.data,
                     "\"\\\"quoted\\\" \\\\ / \\b\\f\\n\\r\\t \\u0001\\u001f\x7f \xc3\xa9 \xf0\x9f\x98\x80\"");
    cr_assert_str_eq(json_string_value(json_array_get(read_text(text_print(arena, "[%s]", text.data)), 0)), string);
    Text broken = text_new(arena);
    json_write_string(&broken, "a\xff");
    cr_assert_str_eq(broken.data, "\"a\xef\xbf\xbd\"");
}
