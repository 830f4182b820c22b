#include "measure.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

double measure_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Seconds of one run, the mean of `times`. */
static double seconds_of(const Contestant *contestant, size_t times)
{
    if (!contestant->run)
        return NAN;
    double start = measure_clock(), own = 0;
    for (size_t i = 0; i < times; i++)
        own += contestant->run(contestant->context);
    return (own >= 0 ? own : measure_clock() - start) / (double)times;
}

/* Runs that fill a millisecond; the first run only warms caches. */
static size_t times_for(const Contestant *contestant)
{
    const double enough = 1e-3;
    seconds_of(contestant, 1);
    double seconds = seconds_of(contestant, 1);
    return !(seconds < enough) ? 1 : (size_t)(enough / (seconds + 1e-9)) + 1;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void measure(Arena *arena, Contestant *contestants, size_t count, size_t repeats)
{
    size_t *times = ARENA_ARRAY(arena, count, size_t);
    double *seconds = ARENA_ARRAY(arena, count * repeats, double);
    for (size_t c = 0; c < count; c++)
        times[c] = times_for(&contestants[c]);
    for (size_t r = 0; r < repeats; r++)
        for (size_t c = 0; c < count; c++)
            seconds[c * repeats + r] = seconds_of(&contestants[c], times[c]);
    for (size_t c = 0; c < count; c++) {
        double *own = seconds + c * repeats;
        qsort(own, repeats, sizeof *own, compare);
        contestants[c].minimum = own[0];
        contestants[c].median = (own[(repeats - 1) / 2] + own[repeats / 2]) / 2;
    }
}
