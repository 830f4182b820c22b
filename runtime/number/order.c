#include "runtime/number/order.h"

#include <stdlib.h>

size_t order_largest(const double *x, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (x[i] > x[best])
            best = i;
    return best;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void order_ascending(double *x, size_t n)
{
    qsort(x, n, sizeof *x, compare);
}
