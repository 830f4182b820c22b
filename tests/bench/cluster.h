/* cluster: what several ranks gain, what they tell each other, and what rows that stay in their files take. */
#ifndef COSTATE_BENCH_CLUSTER_H
#define COSTATE_BENCH_CLUSTER_H

#include "gen/base/arena.h"

#include <stdbool.h>
#include <stdio.h>

/* Trainings on a million samples by one and by two ranks, in turns, the bytes of a gradient's reduction, and the time
 * that is to be expected of up to 1,000 ranks. Starts them as the environment variable MPIRUN says. False where that
 * fails. */
bool cluster_ranks(Arena *arena, const char *folder, FILE *csv);

/* Peak memory of a gradient over 0.2, 2 and 20 GB of rows, in sparse files. */
bool cluster_rows(Arena *arena, const char *folder, FILE *csv);

#endif
