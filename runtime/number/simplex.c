#include "runtime/number/simplex.h"

#include "runtime/number/reals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int descending(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a < b) - (a > b);
}

/* theta for sorted[n] >= ..., whose largest is 0: the last (sum of the j largest - total) / j that is below the j-th
 * itself. */
static double threshold(const double *sorted, size_t n, double total)
{
    double sum = 0.0, theta = -total;
    for (size_t j = 0; j < n; j++) {
        sum += sorted[j];
        double candidate = (sum - total) / (double)(j + 1);
        if (sorted[j] <= candidate)
            break;
        theta = candidate;
    }
    return theta;
}

/* theta lies between max x - total and max x. Measured from max x it keeps its digits however large x is. */
void simplex_project(double *x, size_t n, double total, double *scratch)
{
    if (!reals_finite(x, n))
        return;
    memcpy(scratch, x, n * sizeof *x);
    qsort(scratch, n, sizeof *scratch, descending);
    double largest = scratch[0];
    for (size_t i = 0; i < n; i++)
        scratch[i] -= largest;
    double theta = threshold(scratch, n, total);
    for (size_t i = 0; i < n; i++)
        x[i] = fmax((x[i] - largest) - theta, 0.0);
}
