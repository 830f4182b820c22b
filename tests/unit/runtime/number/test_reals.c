#include "runtime/number/reals.h"

#include <criterion/criterion.h>

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
