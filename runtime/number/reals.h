/* reals: questions to arrays of numbers. */
#ifndef COSTATE_REALS_H
#define COSTATE_REALS_H

#include <stdbool.h>
#include <stddef.h>

/* The sum of a[i] b[i] over n, in that order. */
double reals_dot(size_t n, const double *a, const double *b);

/* The root of the sum of x[i]^2 over n, also where the squares alone are beyond the range of a double. */
double reals_norm(size_t n, const double *x);

/* Adds to sums (a[i] - b[i])^2 over those of n of which b[i] is no NaN, and how many these are: squares that are large,
 * usual and small apart, scaled, so that they stay in the range of a double (E. Anderson, ACM Trans. Math. Softw. 44,
 * 2017, algorithm 978). Sums of other numbers may be added to them, each to its own. */
enum { REALS_SQUARES = 4 };
void reals_add_squares(size_t n, const double *a, const double *b, double sums[REALS_SQUARES]);

/* The root of the mean of these squares; 0 where there are none. */
double reals_root(const double sums[REALS_SQUARES]);

/* Is every number of x[n] finite? */
bool reals_finite(const double *x, size_t n);

/* The index of the largest of x[n], n >= 1: the first of those that are as large. */
size_t reals_largest(const double *x, size_t n);

/* Sorts x[n], the smallest first. */
void reals_ascending(double *x, size_t n);

#endif
