/* numbers: repeatable random numbers, and comparisons of arrays, for tests of what is computed. */
#ifndef COSTATE_NUMBERS_H
#define COSTATE_NUMBERS_H

#include "gen/base/arena.h"

#include <math.h>
#include <stdint.h>

static uint64_t noise_state = 1;

/* Uniform on (-1, 1); xorshift64* (Vigna 2016). */
static inline long double noise(void)
{
    noise_state ^= noise_state >> 12;
    noise_state ^= noise_state << 25;
    noise_state ^= noise_state >> 27;
    return (long double)(noise_state * UINT64_C(0x2545f4914f6cdd1d) >> 11) / 0x1p52L - 1;
}

static inline size_t noise_between(size_t least, size_t most)
{
    return least + (size_t)((noise() + 1) / 2 * (long double)(most - least + 1));
}

static inline long double *noise_array(Arena *owner, size_t count, long double middle, long double radius)
{
    long double *values = ARENA_ARRAY(owner, count, long double);
    for (size_t i = 0; i < count; i++)
        values[i] = middle + radius * noise();
    return values;
}

static inline long double inner_product(const long double *x, const long double *y, size_t count)
{
    long double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += x[i] * y[i];
    return sum;
}

/* The largest difference of two arrays, relative to the largest entry of the first (or to 1 if that is smaller). */
static inline long double distance(const long double *x, const long double *y, size_t count)
{
    long double largest = 1, difference = 0;
    for (size_t i = 0; i < count; i++) {
        largest = fmaxl(largest, fabsl(x[i]));
        difference = fmaxl(difference, fabsl(x[i] - y[i]));
        if (isnan(x[i]) != isnan(y[i]))
            return INFINITY;
    }
    return difference / largest;
}

#endif
