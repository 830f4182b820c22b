#include "tests/unit/fixture.h"
#include "tests/unit/numbers.h"

#include "gen/base/text.h"

TestSuite(text, .init = fixture_open, .fini = fixture_close);

Test(text, grows_as_it_is_written)
{
    Text text = text_new(arena);
    cr_assert_str_eq(text.data, "");
    for (int i = 0; i < 1000; i++)
        text_format(&text, "%d,", i % 10);
    cr_assert_eq(text.length, 2000);
    cr_assert_eq(strlen(text.data), 2000);
    text_append(&text, "\0x", 2);
    cr_assert_eq(text.length, 2002);
    cr_assert_eq(text.data[2001], 'x');
    text_add(&text, "");
    text_format(&text, "%s", "");
    cr_assert_eq(text.length, 2002);
    cr_assert_str_eq(text_print(arena, "%s-%03d", "a", 7), "a-007");
}

static const char *real(double value)
{
    Text text = text_new(arena);
    text_real(&text, value);
    return text.data;
}

static const char *single(float value)
{
    Text text = text_new(arena);
    text_float(&text, value);
    return text.data;
}

Test(text, the_shortest_decimal)
{
    cr_assert_str_eq(real(0.1), "0.1");
    cr_assert_str_eq(real(-0.0), "-0");
    cr_assert_str_eq(real(1e-9), "1e-09");
    cr_assert_str_eq(real(1e22), "1e+22");
    cr_assert_str_eq(real(1.0 / 3), "0.3333333333333333");
    cr_assert_str_eq(real(0.1 + 0.2), "0.30000000000000004");
    cr_assert_str_eq(real(5e-324), "5e-324");
    cr_assert_str_eq(real(HUGE_VAL), "inf");
    cr_assert_str_eq(real(-HUGE_VAL), "-inf");
    cr_assert_not_null(strstr(real(NAN), "nan"));
    cr_assert_str_eq(single(0.1f), "0.1");
    cr_assert_str_eq(single(16777216.0f), "16777216");
    cr_assert_str_eq(single(1.0f / 3), "0.33333334");
}

Test(text, decimals_read_back)
{
    for (int i = 0; i < 20000; i++) {
        double value = (double)(noise() * powl(10, 300 * noise())), again = 0;
        const char *digits = real(value);
        cr_assert(text_parse_real(digits, strlen(digits), &again) && again == value, "%s", digits);
        float small = (float)(noise() * powl(10, 35 * noise()));
        cr_assert_eq(strtof(single(small), NULL), small);
    }
}

static bool parses(const char *digits)
{
    double value = 7;
    bool parsed = text_parse_real(digits, strlen(digits), &value);
    cr_assert(parsed || value == 7);
    return parsed;
}

Test(text, what_is_a_number)
{
    static const char *const good[] = {"0", "-1", "+1.5", ".5", "5.", "1e3", "1E-3", "1.e+3", "00", "1e-999"};
    static const char *const bad[] = {"",    "-",     ".",   "e3",    "1e",  "1e+",   " 1", "1 ",       "0x10", "nan",
                                      "inf", "1e999", "1,5", "1.2.3", "--1", "1_000", "-.", "infinity", "1f"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        cr_assert(parses(good[i]), "%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_not(parses(bad[i]), "%s", bad[i]);
    double value;
    cr_assert(text_parse_real("12x", 2, &value) && value == 12);
    char *longest = ARENA_ARRAY(arena, 600, char);
    memset(longest, '1', 599);
    cr_assert_not(parses(longest));
}

/* The published values of FNV-1a, 64 bits. */
Test(text, hash)
{
    cr_assert_eq(text_hash(TEXT_HASH_SEED, "", 0), UINT64_C(0xcbf29ce484222325));
    cr_assert_eq(text_hash(TEXT_HASH_SEED, "a", 1), UINT64_C(0xaf63dc4c8601ec8c));
    cr_assert_eq(text_hash(TEXT_HASH_SEED, "foobar", 6), UINT64_C(0x85944171f73967e8));
    cr_assert_eq(text_hash(text_hash(TEXT_HASH_SEED, "foo", 3), "bar", 3), UINT64_C(0x85944171f73967e8));
}
