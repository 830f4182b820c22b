#include "runtime/number/simplex.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 100000 };

static double scratch[MOST], before[MOST], after[MOST];

static void project(const double *x, size_t n, double total)
{
    memcpy(after, x, n * sizeof *x);
    simplex_project(after, n, total, scratch);
}

static double sum(const double *x, size_t n)
{
    long double result = 0.0L;
    for (size_t i = 0; i < n; i++)
        result += (long double)x[i];
    return (double)result;
}

/* Numbers in [-1, 1) that are the same on every machine. */
static double uniform(unsigned long long *state)
{
    *state = *state * 6364136223846793005ull + 1442695040888963407ull;
    return (double)(*state >> 11) * 0x1p-52 - 1.0;
}

/* The projection by bisection for theta in sum max(x_i - theta, 0) = total. */
static double theta_by_bisection(const double *x, size_t n, double total)
{
    double low = x[0], high = x[0];
    for (size_t i = 0; i < n; i++) {
        low = fmin(low, x[i]);
        high = fmax(high, x[i]);
    }
    low -= total;
    for (int step = 0; step < 200; step++) {
        double middle = low + (high - low) / 2.0;
        long double mass = 0.0L;
        for (size_t i = 0; i < n; i++)
            mass += (long double)fmax(x[i] - middle, 0.0);
        if (mass > (long double)total)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Optimality: x_i - p_i is one number theta where p_i > 0, and at most theta elsewhere. */
static void expect_optimal(const double *x, size_t n, double total, double tolerance)
{
    double theta = -INFINITY;
    cr_expect_leq(fabs(sum(after, n) - total), tolerance * total);
    for (size_t i = 0; i < n; i++) {
        cr_expect_geq(after[i], 0.0);
        if (after[i] > 0.0)
            theta = fmax(theta, x[i] - after[i]);
    }
    for (size_t i = 0; i < n; i++) {
        if (after[i] > 0.0)
            cr_expect_leq(fabs(x[i] - after[i] - theta), tolerance * (1.0 + fabs(theta)));
        else
            cr_expect_leq(x[i], theta + tolerance * (1.0 + fabs(theta)));
    }
}

Test(simplex, one_entry_is_the_total)
{
    const double values[] = {-3.0, 0.0, 0.1, 1e300, -1e300};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        project(&values[i], 1, 0.3);
        cr_expect_eq(after[0], 0.3);
    }
}

Test(simplex, by_hand)
{
    project((double[]){1.0, 0.0}, 2, 1.0);
    cr_expect(after[0] == 1.0 && after[1] == 0.0);
    project((double[]){2.0, 1.0}, 2, 1.0);
    cr_expect(after[0] == 1.0 && after[1] == 0.0);
    project((double[]){0.75, 0.5, -8.0}, 3, 1.0);
    cr_expect(after[0] == 0.625 && after[1] == 0.375 && after[2] == 0.0);
    project((double[]){-1.0, -2.0}, 2, 4.0);
    cr_expect(after[0] == 2.5 && after[1] == 1.5);
}

Test(simplex, ties_share_equally)
{
    project((double[]){5.0, 5.0, -1.0, 5.0, 5.0}, 5, 2.0);
    cr_expect(after[0] == 0.5 && after[1] == 0.5 && after[2] == 0.0 && after[3] == 0.5 && after[4] == 0.5);
    project((double[]){0.0, 0.0, 0.0, 0.0}, 4, 1.0);
    for (size_t i = 0; i < 4; i++)
        cr_expect_eq(after[i], 0.25);
}

Test(simplex, feasible_points_stay)
{
    for (size_t i = 0; i < 20; i++)
        before[i] = 0.05;
    project(before, 20, 1.0);
    for (size_t i = 0; i < 20; i++)
        cr_expect_leq(fabs(after[i] - 0.05), 1e-16);
}

Test(simplex, large_entries_keep_the_sum)
{
    project((double[]){1e15, 1e15 + 0.25, -1e15}, 3, 1.0);
    cr_expect(after[0] == 0.375 && after[1] == 0.625 && after[2] == 0.0);
}

Test(simplex, not_finite_is_left_alone)
{
    project((double[]){1.0, NAN, 3.0}, 3, 1.0);
    cr_expect(after[0] == 1.0 && isnan(after[1]) && after[2] == 3.0);
    project((double[]){INFINITY, 2.0}, 2, 1.0);
    cr_expect(isinf(after[0]) && after[1] == 2.0);
}

Test(simplex, random_points_against_bisection)
{
    unsigned long long state = 1;
    const double totals[] = {1e-3, 1.0, 37.5, 1e4};
    for (size_t n = 1; n <= 60; n++)
        for (size_t t = 0; t < sizeof totals / sizeof *totals; t++) {
            for (size_t i = 0; i < n; i++)
                before[i] = 3.0 * uniform(&state);
            project(before, n, totals[t]);
            expect_optimal(before, n, totals[t], 1e-13);
            double theta = theta_by_bisection(before, n, totals[t]);
            for (size_t i = 0; i < n; i++)
                cr_expect_leq(fabs(after[i] - fmax(before[i] - theta, 0.0)), 1e-12 * (1.0 + totals[t]));
        }
}

Test(simplex, many_entries)
{
    unsigned long long state = 7;
    for (size_t i = 0; i < MOST; i++)
        before[i] = uniform(&state);
    project(before, MOST, 1000.0);
    expect_optimal(before, MOST, 1000.0, 1e-12);
}
