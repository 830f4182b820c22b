/* gather: sums over the samples in a codelet: the lanes of its loop gather them, and hand them over behind it. */
#ifndef COSTATE_GATHER_H
#define COSTATE_GATHER_H

#include "gen/code/schedule.h"

/* Is the value a sum over the samples? */
bool gather_is_sum(const Node *node);

/* By node id: does it stand on a sum over the samples? */
bool *gather_based(const Graph *graph);

/* Is the statement a sum that the lanes gather: kept, or handed over at once? */
bool gather_takes(const Schedule *schedule, const Statement *statement);

/* Is it one, and does no statement before s gather for the same place? What is kept has a place of its own. */
bool gather_is_first(const Schedule *schedule, size_t s);

#endif
