/* grid: the times of a network's states, and where on it a time of the data is. */
#ifndef COSTATE_GRID_H
#define COSTATE_GRID_H

#include "gen/base/arena.h"

#include <stdbool.h>

/* times [layers + 1], of which the first is the start; in long double, so that a sum of decimal steps is the decimal
 * it ought to be in all the digits that grid_print shows. */
typedef struct {
    size_t layers;
    const long double *times;
} Grid;

/* steps [layers] */
Grid grid_new(Arena *arena, size_t layers, double start, const double *steps);

/* Do its times run one way, so that each is that of one state alone? */
bool grid_runs(const Grid *grid);

typedef enum { GRID_ON, GRID_OFF, GRID_BEFORE, GRID_AFTER } GridPlace;

/* Where time is, on a grid that runs: ON it, within 1e-6 of the shorter step beside it, and then at that layer; OFF it,
 * behind the time of that layer; BEFORE the first time; or AFTER the last one, and *layer is how many layers with the
 * last step would reach it. */
GridPlace grid_find(const Grid *grid, double time, double *layer);

/* The time of a layer to 15 digits: "0.3". */
const char *grid_print(Arena *arena, const Grid *grid, size_t layer);

#endif
