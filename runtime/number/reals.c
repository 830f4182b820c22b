#include "runtime/number/reals.h"

#include <math.h>
#include <stdlib.h>

bool reals_finite(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

size_t reals_largest(const double *x, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (x[i] > x[best])
            best = i;
    return best;
}

double reals_dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Sums of squares this far inside the range have lost nothing at either end. */
static const double least_square = 0x1p-900, most_square = 0x1p1000;

static bool is_safe(double square)
{
    return square >= least_square && square <= most_square;
}

double reals_norm(size_t n, const double *x)
{
    double square = reals_dot(n, x, x), largest = 0, sum = 0;
    if (is_safe(square) || isnan(square))
        return sqrt(square);
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(x[i]));
    if (largest == 0 || isinf(largest))
        return largest;
    for (size_t i = 0; i < n; i++)
        sum += x[i] / largest * (x[i] / largest);
    return largest * sqrt(sum);
}

/* Beyond these a square is scaled, by the square of the scale. */
static const double large = 0x1p486, small = 0x1p-511, large_scale = 0x1p-538, small_scale = 0x1p537;
enum { COUNT, LARGE, USUAL, SMALL };

static double square(double x)
{
    return x * x;
}

void reals_add_squares(size_t n, const double *a, const double *b, double sums[REALS_SQUARES])
{
    for (size_t i = 0; i < n; i++) {
        const double r = a[i] - b[i];
        if (isnan(b[i]))
            continue;
        sums[COUNT]++;
        if (fabs(r) > large)
            sums[LARGE] += square(r * large_scale);
        else if (fabs(r) < small)
            sums[SMALL] += square(r * small_scale);
        else
            sums[USUAL] += square(r);
    }
}

double reals_root(const double sums[REALS_SQUARES])
{
    const double count = sums[COUNT], usual = sqrt(sums[USUAL] / count),
                 least = sqrt(sums[SMALL] / count) / small_scale;
    if (count == 0)
        return 0;
    if (sums[LARGE] == 0)
        return usual == 0 ? least : least == 0 ? usual : hypot(usual, least);
    return sqrt((sums[LARGE] + sums[USUAL] * large_scale * large_scale) / count) / large_scale;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void reals_ascending(double *x, size_t n)
{
    qsort(x, n, sizeof *x, compare);
}
