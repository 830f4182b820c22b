#include "tests/unit/fixture.h"

#include "gen/base/polynomial.h"

#include <math.h>

TestSuite(number, .init = fixture_open, .fini = fixture_close);

static const char *shown(const Number *value)
{
    Text text = text_new(arena);
    number_text(&text, value);
    return text.data;
}

static const Number *ratio(long numerator, long denominator)
{
    return number_ratio(arena, numerator, denominator);
}

static Polynomial polynomial(const char *text)
{
    Polynomial result;
    cr_assert(polynomial_parse(arena, text, &result), "%s", text);
    return result;
}

/* The root between low and high. */
static const Number *root(const char *text, long low, long high)
{
    size_t roots;
    Polynomial a = polynomial(text);
    const Number *number = number_root(arena, a.count, a.coefficients, ratio(low, 1), ratio(high, 1), &roots);
    cr_assert_not_null(number, "%s has %zu roots there", text, roots);
    return number;
}

Test(number, square_roots_are_written_with_the_least_radicand)
{
    cr_expect_str_eq(shown(number_square_root(arena, ratio(3, 1))), "root(3)");
    cr_expect_str_eq(shown(number_square_root(arena, ratio(12, 1))), "2*root(3)");
    cr_expect_str_eq(shown(number_square_root(arena, ratio(3, 4))), "root(3)/2");
    cr_expect_str_eq(shown(number_square_root(arena, ratio(1, 3))), "root(3)/3");
    cr_expect_str_eq(shown(number_square_root(arena, ratio(9, 4))), "3/2");
    cr_expect_str_eq(shown(number_square_root(arena, ratio(0, 1))), "0");
    cr_expect_str_eq(shown(root("x^2 - x - 1", 1, 2)), "1/2 + root(5)/2");
    cr_expect_str_eq(shown(root("x^2 - x - 1", -1, 0)), "1/2 - root(5)/2");
}

Test(number, rational_roots_are_rational)
{
    cr_expect_str_eq(shown(root("x^3 - 8", 1, 3)), "2");
    cr_expect_str_eq(shown(root("x^3 - 8", 0, 4)), "2");
    cr_expect_str_eq(shown(root("6*x^3 + x^2 - 5*x - 2", 0, 5)), "1");
    cr_expect_str_eq(shown(root("125*x^3 - 8", 0, 1)), "2/5");
    cr_expect_str_eq(shown(root("4*x - 3", 0, 1)), "3/4");
    cr_expect_str_eq(shown(root("x^4 - 2*x^2 + 1", 0, 3)), "1");
}

Test(number, equal_numbers_in_different_forms)
{
    const Number *r = number_square_root(arena, ratio(3, 1)), *inverse = number_divide(arena, ratio(1, 1), r);
    cr_expect(number_same(number_multiply(arena, r, r), ratio(3, 1)));
    cr_expect(number_same(inverse, number_divide(arena, r, ratio(3, 1))));
    cr_expect(number_share_field(r, number_square_root(arena, ratio(27, 1))));
    cr_expect_not(number_share_field(r, number_square_root(arena, ratio(5, 1))));
    cr_expect_not(number_same(r, number_square_root(arena, ratio(5, 1))));
    cr_expect(number_share_field(root("x^3 - 2", 1, 2), root("2*x^3 - 4", 0, 3)));
    cr_expect_not(number_share_field(root("x^3 - 3*x + 1", -2, 0), root("x^3 - 3*x + 1", 1, 2)));
}

/* (x^2 - 2) (x^2 - 3), whose root between 1.5 and 2 is that of 3: nothing factored it, but zero is zero, and what
 * vanishes at the other root has an inverse. */
Test(number, a_modulus_that_has_factors)
{
    Polynomial a = polynomial("x^4 - 5*x^2 + 6");
    size_t roots;
    const Number *r = number_root(arena, a.count, a.coefficients, ratio(3, 2), ratio(2, 1), &roots);
    cr_assert_not_null(r);
    const Number *square = number_multiply(arena, r, r), *zero = number_subtract(arena, square, ratio(3, 1)),
                 *one = number_subtract(arena, square, ratio(2, 1));
    cr_expect_eq(number_sign(zero), 0);
    cr_expect(number_equals(one, 1, 1));
    cr_expect(number_equals(number_multiply(arena, one, number_divide(arena, ratio(1, 1), one)), 1, 1));
    cr_expect_eq(number_to_double(one), 1);
    cr_expect_eq(number_hash(7, one), number_hash(7, ratio(1, 1)));
    cr_expect_eq(number_to_double(r), sqrt(3));
    cr_expect_eq(number_sign(number_subtract(arena, r, ratio(17320508, 10000000))), 1);
}

Test(number, doubles_are_the_nearest)
{
    for (long n = 2; n < 200; n++) {
        const Number *r = number_square_root(arena, ratio(n, 1));
        cr_expect_eq(number_to_double(r), sqrt((double)n), "%ld", n); /* sqrt rounds correctly */
        cr_expect_eq(number_to_float(r), sqrtf((float)n), "%ld", n);
        cr_expect_eq(number_to_double(number_subtract(arena, ratio(0, 1), r)), -sqrt((double)n), "%ld", n);
    }
    /* cancellation: 1351 - 780 root(3) = 1 / (1351 + 780 root(3)) */
    const Number *r = number_square_root(arena, ratio(3, 1)),
                 *small = number_subtract(arena, ratio(1351, 1), number_multiply(arena, ratio(780, 1), r));
    cr_expect_eq(number_to_double(small), (double)(1 / (1351 + 780 * sqrtl(3))));
    cr_expect_eq(number_sign(small), 1);
}

Test(number, a_cubic_root)
{
    Polynomial a = polynomial("x^3 - 3*x^2 + 3/2*x - 1/6");
    size_t roots;
    const Number *gamma = number_root(arena, a.count, a.coefficients, ratio(2, 5), ratio(1, 2), &roots);
    cr_assert_not_null(gamma);
    cr_expect_eq(number_to_double(gamma), 0.43586652150845899942);
    cr_expect_eq(number_sign(polynomial_value(arena, a, gamma)), 0);
    cr_expect_str_eq(shown(number_divide(arena, ratio(1, 1), gamma)), "9 - 18*r + 6*r^2");
    Text field = text_new(arena);
    cr_expect(number_field_text(&field, gamma));
    cr_expect_str_eq(field.data, "root(\"x^3 - 3*x^2 + 3/2*x - 1/6\", 2/5, 1/2)");
}

Test(number, equal_values_have_equal_hashes)
{
    cr_expect_eq(number_hash(1, number_parse(arena, "2/4")), number_hash(1, number_from_double(arena, 0.5)));
    cr_expect_neq(number_hash(1, ratio(1, 2)), number_hash(1, ratio(-1, 2)));
    cr_expect_neq(number_hash(1, ratio(1, 2)), number_hash(2, ratio(1, 2)));
}

/* ---- polynomials ---- */

static size_t roots_between(const char *text, long low, long high)
{
    return polynomial_roots(arena, polynomial(text), ratio(low, 1), ratio(high, 1));
}

Test(number, sturm_counts_roots_inside_alone)
{
    cr_expect_eq(roots_between("x^3 - 3*x + 1", -2, 2), 3);
    cr_expect_eq(roots_between("x^3 - 3*x + 1", 0, 1), 1);
    cr_expect_eq(roots_between("x^2 - 1", -1, 1), 0);
    cr_expect_eq(roots_between("x^2 - 1", -1, 2), 1);
    cr_expect_eq(roots_between("x^4 - 2*x^2 + 1", -2, 2), 2);
    cr_expect_eq(roots_between("x^2 + 1", -9, 9), 0);
    cr_expect_eq(polynomial_roots(arena, polynomial("x^3 - x"), NULL, NULL), 3);
    cr_expect_eq(polynomial_roots(arena, polynomial("x^3 - x"), ratio(0, 1), NULL), 1);
    cr_expect_eq(polynomial_roots(arena, polynomial("7"), NULL, NULL), 0);
}

Test(number, the_odd_part)
{
    Text text = text_new(arena);
    Polynomial a = polynomial("x - 1"), b = polynomial("x + 2"), c = polynomial("x - 3"), product = c;
    for (size_t k = 0; k < 3; k++)
        product = polynomial_multiply(arena, product, a);
    for (size_t k = 0; k < 2; k++)
        product = polynomial_multiply(arena, product, b);
    polynomial_text(&text, polynomial_odd_part(arena, product), "x", true);
    cr_expect_str_eq(text.data, "x^2 - 4*x + 3");
}

Test(number, polynomials_are_read_as_they_are_written)
{
    static const char *const good[] = {"x^3 - 3*x^2 + 3/2*x - 1/6", "-x", "7", "x^16 + 1/3", "-1/2*x^2 + x"};
    static const char *const bad[] = {"",     "x^", "x^17", "3 x y", "1/0*x", "x^-1",
                                      "x++1", "2*", "*x",   "x*2",   "1.5*x", "x x"};
    for (size_t k = 0; k < sizeof good / sizeof *good; k++) {
        Text text = text_new(arena);
        polynomial_text(&text, polynomial(good[k]), "x", true);
        cr_expect_str_eq(text.data, good[k]);
    }
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        Polynomial ignored;
        cr_expect_not(polynomial_parse(arena, bad[k], &ignored), "%s", bad[k]);
    }
}
