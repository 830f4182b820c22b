#include "tests/unit/fixture.h"
#include "tests/unit/numbers.h"

#include "gen/base/rational.h"

#include <float.h>

TestSuite(rational, .init = fixture_open, .fini = fixture_close);

static const char *shown(const Rational *value)
{
    Text text = text_new(arena);
    cr_assert_not_null(value);
    rational_text(&text, value);
    return text.data;
}

static const Rational *parse(const char *text)
{
    return rational_parse(arena, text);
}

Test(rational, reads_fractions)
{
    cr_assert_str_eq(shown(parse("1/6")), "1/6");
    cr_assert_str_eq(shown(parse("-3")), "-3");
    cr_assert_str_eq(shown(parse("+2/4")), "1/2");
    cr_assert_str_eq(shown(parse(" 2 / -4 ")), "-1/2");
    cr_assert_str_eq(shown(parse("0/7")), "0");
    cr_assert_str_eq(shown(parse("123456789012345678901234567890/2")), "61728394506172839450617283945");
}

Test(rational, refuses_everything_else)
{
    static const char *const bad[] = {"",     " ",    "/",    "1/",  "/2",  "1/0",   "0/0",
                                      "1/-0", "a",    "1/b",  "1.5", "1e3", "1/2/3", "--1",
                                      "1 2",  "0x10", "1/2x", "+",   "-",   "1//2",  "\xc2\xbd"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_null(parse(bad[i]), "\"%s\"", bad[i]);
    char digits[103] = "";
    memset(digits, '1', 100);
    cr_assert_not_null(parse(digits));
    digits[100] = '1';
    cr_assert_null(parse(digits));
}

Test(rational, arithmetic)
{
    const Rational *third = rational_ratio(arena, 1, 3), *quarter = rational_ratio(arena, -2, -8);
    cr_assert_str_eq(shown(rational_add(arena, third, quarter)), "7/12");
    cr_assert_str_eq(shown(rational_subtract(arena, quarter, third)), "-1/12");
    cr_assert_str_eq(shown(rational_multiply(arena, third, quarter)), "1/12");
    cr_assert_str_eq(shown(rational_divide(arena, third, quarter)), "4/3");
    cr_assert_str_eq(shown(rational_ratio(arena, 3, -6)), "-1/2");
    cr_assert_str_eq(shown(rational_from_double(arena, -0.375)), "-3/8");
}

Test(rational, comparisons_and_parts)
{
    const Rational *a = parse("-1/3");
    long numerator, denominator;
    cr_assert_lt(rational_compare(a, parse("-1/4")), 0);
    cr_assert_eq(rational_compare(a, parse("-2/6")), 0);
    cr_assert(rational_sign(a) < 0 && rational_sign(parse("0")) == 0 && rational_sign(parse("5")) > 0);
    cr_assert(rational_equals(a, -1, 3) && !rational_equals(a, 1, 3));
    cr_assert(rational_parts(a, 3, &numerator, &denominator) && numerator == -1 && denominator == 3);
    cr_assert_not(rational_parts(a, 2, &numerator, &denominator));
    cr_assert_eq(rational_bits(parse("5/8")), 3 + 4);
}

/* ---- rounding ---- */

/* a + (b - a) / 2, exactly, nudged by sign / 10^40. */
static const Rational *between(double a, double b, int sign)
{
    const Rational *low = rational_from_double(arena, a), *high = rational_from_double(arena, b);
    const Rational *half = rational_multiply(arena, rational_add(arena, low, high), rational_ratio(arena, 1, 2));
    const Rational *tiny = rational_subtract(arena, high, low);
    tiny = rational_multiply(arena, tiny,
                             parse(sign < 0 ? "-1/10000000000000000000000000000000000000000"
                                            : "1/10000000000000000000000000000000000000000"));
    return sign ? rational_add(arena, half, tiny) : half;
}

/* Of two neighbours the one with an even last bit. */
static double even_double(double a, double b)
{
    uint64_t bits;
    memcpy(&bits, &a, sizeof bits);
    return bits % 2 ? b : a;
}

static void assert_rounds_double(double a)
{
    double b = nextafter(a, (double)INFINITY);
    cr_assert_eq(rational_to_double(rational_from_double(arena, a)), a, "%a", a);
    cr_assert_eq(rational_to_double(between(a, b, 0)), even_double(a, b), "%a", a);
    cr_assert_eq(rational_to_double(between(a, b, -1)), a, "%a", a);
    cr_assert_eq(rational_to_double(between(a, b, 1)), b, "%a", a);
}

static void assert_rounds_float(float a)
{
    float b = nextafterf(a, INFINITY);
    uint32_t bits;
    memcpy(&bits, &a, sizeof bits);
    cr_assert_eq(rational_to_float(rational_from_double(arena, (double)a)), a, "%a", (double)a);
    cr_assert_eq(rational_to_float(between((double)a, (double)b, 0)), bits % 2 ? b : a, "%a", (double)a);
    cr_assert_eq(rational_to_float(between((double)a, (double)b, -1)), a, "%a", (double)a);
    cr_assert_eq(rational_to_float(between((double)a, (double)b, 1)), b, "%a", (double)a);
}

Test(rational, halfway_cases_go_to_even)
{
    assert_rounds_double(1);
    assert_rounds_double(nextafter(1, 2));
    assert_rounds_double(-1);
    assert_rounds_float(1);
    assert_rounds_float(-1);
    for (int i = 0; i < 2000; i++) {
        assert_rounds_double((double)(noise() * powl(2, 1000 * noise())));
        assert_rounds_float((float)(noise() * powl(2, 120 * noise())));
    }
}

Test(rational, subnormal_numbers_are_rounded_once)
{
    assert_rounds_double(DBL_MIN);
    assert_rounds_double(nextafter(DBL_MIN, 0));
    assert_rounds_double(0);
    assert_rounds_float(FLT_MIN);
    assert_rounds_float(0);
    for (int i = 0; i < 2000; i++) {
        assert_rounds_double((double)(DBL_MIN * noise()));
        assert_rounds_float((float)(FLT_MIN * noise()));
    }
}

Test(rational, what_is_too_large_is_infinite)
{
    const Rational *large = rational_from_double(arena, DBL_MAX);
    cr_assert_eq(rational_to_double(rational_multiply(arena, large, large)), (double)INFINITY);
    cr_assert_eq(rational_to_double(rational_multiply(arena, large, rational_integer(arena, -2))), -(double)INFINITY);
    cr_assert_eq(rational_to_float(large), INFINITY);
    const Rational *tiny = rational_divide(arena, rational_integer(arena, 1), rational_multiply(arena, large, large));
    cr_assert_eq(rational_to_double(tiny), 0);
    cr_assert_eq(rational_to_float(tiny), 0);
}

Test(rational, fractions_are_correctly_rounded_quotients)
{
    for (long denominator = 1; denominator < 200; denominator++)
        for (long numerator = -50; numerator < 50; numerator++) {
            const Rational *value = rational_ratio(arena, numerator, denominator);
            cr_assert_eq(rational_to_double(value), (double)numerator / (double)denominator);
            cr_assert_eq(rational_to_float(value), (float)numerator / (float)denominator);
        }
}
