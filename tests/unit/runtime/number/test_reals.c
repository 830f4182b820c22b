#include "runtime/number/reals.h"

#include <criterion/criterion.h>
#include <math.h>

Test(reals, largest_is_the_first_of_equals)
{
    cr_assert_eq(reals_largest((double[]){-3}, 1), 0);
    cr_assert_eq(reals_largest((double[]){-3, 2, -7, 2}, 4), 1);
    cr_assert_eq(reals_largest((double[]){0, 1, 5}, 3), 2);
}

Test(reals, ascending)
{
    double x[] = {3, -1e-300, 1e300, 3, 0, -2};
    static const double sorted[] = {-2, -1e-300, 0, 3, 3, 1e300};
    reals_ascending(x, 6);
    cr_assert_arr_eq(x, sorted, sizeof sorted);
}

static double distance(size_t n, const double *a, const double *b)
{
    double sums[REALS_SQUARES] = {0};
    reals_add_squares(n, a, b, sums);
    return reals_root(sums);
}

Test(reals, norms_go_over_the_whole_range)
{
    static const double scales[] = {1, 1e154, 1e300, 1e-170, 5e-324};
    for (int i = 0; i < 5; i++) {
        const double x[] = {3 * scales[i], -4 * scales[i]}, zeros[] = {0, 0}, half[] = {3 * scales[i], NAN};
        cr_expect_float_eq(reals_norm(2, x) / scales[i], 5, 1e-14);
        cr_expect_float_eq(distance(2, x, zeros) / scales[i], 5 / sqrt(2), i < 4 ? 1e-14 : 1);
        cr_expect_eq(distance(2, zeros, half), 3 * scales[i]);
    }
    cr_expect_eq(reals_norm(2, (double[]){1, -INFINITY}), INFINITY);
    cr_expect(isnan(reals_norm(2, (double[]){NAN, 1e300})));
    cr_expect_eq(reals_norm(2, (double[]){0, 0}), 0);
    cr_expect_eq(distance(1, (double[]){1}, (double[]){NAN}), 0);
    cr_expect(isnan(distance(2, (double[]){NAN, 1e300}, (double[]){0, 0})));
    cr_expect_float_eq(distance(2, (double[]){0, 1e-160}, (double[]){1e-150, 0}), sqrt(0.5) * 1e-150, 1e-164);
    cr_expect_eq(distance(3, (double[]){0, 0, INFINITY}, (double[]){1e-300, 1, 0}), INFINITY);
}
