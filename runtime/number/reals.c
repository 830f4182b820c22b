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

/* The sum over (a - b)^2 / scale^2; *known: of how many. */
static double distance_square(size_t n, const double *a, const double *b, double scale, size_t *known)
{
    double sum = 0;
    *known = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(b[i])) {
            double r = (a[i] - b[i]) / scale;
            sum += r * r;
            ++*known;
        }
    return sum;
}

double reals_distance(size_t n, const double *a, const double *b)
{
    size_t known;
    double square = distance_square(n, a, b, 1, &known), largest = 0;
    if (!known || is_safe(square) || isnan(square))
        return known ? sqrt(square / (double)known) : 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(b[i]))
            largest = fmax(largest, fabs(a[i] - b[i]));
    if (largest == 0 || isinf(largest))
        return largest;
    return largest * sqrt(distance_square(n, a, b, largest, &known) / (double)known);
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
