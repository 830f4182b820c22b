/* measure: several contestants timed side by side. Their repeats take turns, since the machine's clock drifts. */
#ifndef COSTATE_MEASURE_H
#define COSTATE_MEASURE_H

#include "gen/base/arena.h"

#include <stdbool.h>

/* Something to time: run does its work once. Where it has a clock of its own (another process), it returns its
 * seconds, and otherwise a negative number. One that is not here has no run, and NAN for its times. */
typedef struct {
    const char *name;
    double (*run)(void *context);
    void *context;
    double minimum, median; /* seconds, filled in by measure */
} Contestant;

/* Seconds of a monotonic clock. */
double measure_clock(void);

/* Times `repeats` rounds; in each every contestant runs, often enough to take about a millisecond. */
void measure(Arena *arena, Contestant *contestants, size_t count, size_t repeats);

#endif
