#include "runtime/number/student.h"

#include <criterion/criterion.h>

/* Of SciPy 1.17.1: stats.t.ppf(0.975, degrees). */
Test(student, quantiles)
{
    static const struct {
        size_t degrees;
        double t;
    } known[] = {{1, 12.706204736174694},   {2, 4.302652729749462},     {3, 3.1824463052837078},
                 {4, 2.7764451051977934},   {5, 2.5705818356363146},    {10, 2.228138851986274},
                 {130, 1.9783804054470222}, {1001, 1.9623367052808798}, {1000000, 1.959966356814107}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        cr_expect_float_eq(student_95(known[i].degrees), known[i].t, 1e-9 * known[i].t, "%zu: %.17g", known[i].degrees,
                           student_95(known[i].degrees));
}
