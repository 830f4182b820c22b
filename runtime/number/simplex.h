/* simplex: the Euclidean projection onto {x >= 0, sum x = total}. */
#ifndef COSTATE_SIMPLEX_H
#define COSTATE_SIMPLEX_H

#include <stddef.h>

/* Replaces x[n], n >= 1, by the nearest point of {x >= 0, sum x = total}, total > 0: max(x_i - theta, 0) with the one
 * theta that makes the sum right, found by sorting (J. Duchi, S. Shalev-Shwartz, Y. Singer, T. Chandra, ICML 2008,
 * figure 1). O(n log n); the sum is total to rounding. scratch[n] is overwritten. An x with an entry that is not
 * finite has no nearest point and is left as it is. */
void simplex_project(double *x, size_t n, double total, double *scratch);

#endif
