/* sample: the latency of calls with one sample, beside rivals written by hand (rivals/). */
#ifndef COSTATE_BENCH_SAMPLE_H
#define COSTATE_BENCH_SAMPLE_H

#include "gen/base/arena.h"

#include <stdbool.h>
#include <stdio.h>

/* Prints minimum, median and 99.9th percentile of single calls, and the floor; rows go to csv. Sources and objects go
 * to folder. False, with the reason printed, where something cannot be built or a rival computes another gradient. */
bool sample_latency(Arena *arena, const char *folder, FILE *csv);

#endif
