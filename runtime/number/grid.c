#include "runtime/number/grid.h"

#include "gen/base/text.h"

#include <math.h>

static const long double tolerance = 1e-6L; /* of a step */

Grid grid_new(Arena *arena, size_t layers, double start, const double *steps)
{
    long double *times = ARENA_ARRAY(arena, layers + 1, long double);
    times[0] = start;
    for (size_t n = 0; n < layers; n++)
        times[n + 1] = times[n] + steps[n];
    return (Grid){layers, times};
}

/* 1 where times ascend, -1 where they descend. */
static long double direction(const Grid *grid)
{
    return grid->times[1] > grid->times[0] ? 1 : -1;
}

bool grid_runs(const Grid *grid)
{
    for (size_t n = 0; n < grid->layers; n++)
        if (!((grid->times[n + 1] - grid->times[n]) * direction(grid) > 0))
            return false;
    return true;
}

/* Of the steps before and after a layer the shorter. */
static long double shorter_step(const Grid *grid, size_t layer)
{
    const long double *t = grid->times + layer;
    long double before = layer > 0 ? fabsl(t[0] - t[-1]) : HUGE_VALL;
    long double after = layer < grid->layers ? fabsl(t[1] - t[0]) : HUGE_VALL;
    return before < after ? before : after;
}

static bool is_at(const Grid *grid, long double time, size_t layer)
{
    return fabsl(time - grid->times[layer]) <= tolerance * shorter_step(grid, layer);
}

/* The last layer whose time is not after that one, which is not before the first. */
static size_t last_before(const Grid *grid, long double time)
{
    size_t low = 0, high = grid->layers + 1;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if ((time - grid->times[middle]) * direction(grid) >= 0)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* How many layers of the last step reach a time after the last one. */
static double layers_to(const Grid *grid, long double time)
{
    size_t last = grid->layers;
    long double step = grid->times[last] - grid->times[last - 1];
    return (double)((long double)last + ceill((time - grid->times[last]) / step - tolerance));
}

GridPlace grid_find(const Grid *grid, double time, double *layer)
{
    size_t first = 0;
    *layer = 0;
    if (is_at(grid, time, 0))
        return GRID_ON;
    if ((time - grid->times[0]) * direction(grid) < 0)
        return GRID_BEFORE;
    first = last_before(grid, time);
    *layer = (double)first;
    if (is_at(grid, time, first))
        return GRID_ON;
    if (first == grid->layers) {
        *layer = layers_to(grid, time);
        return GRID_AFTER;
    }
    if (!is_at(grid, time, first + 1))
        return GRID_OFF;
    *layer = (double)(first + 1);
    return GRID_ON;
}

const char *grid_print(Arena *arena, const Grid *grid, size_t layer)
{
    double time = (double)grid->times[layer];
    return text_print(arena, "%.15g", time == 0 ? 0 : time);
}
