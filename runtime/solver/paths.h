/* paths: states and costates of any number of samples, layer by layer. */
#ifndef COSTATE_PATHS_H
#define COSTATE_PATHS_H

#include "runtime/solver/solver.h"

typedef enum { PATHS_STATES, PATHS_COSTATES } PathsKind;

/* [layers + 1][count][width] of count samples x [count][inputs], signal [count][signal rows][signals] (NULL where the
 * model has none), target [count][observations][outputs] (NULL where it has none, or for states): the states, or the
 * costates of each sample's part of the objective, before `average`. */
const double *paths_of(Arena *arena, Solver *solver, size_t count, const double *x, const double *signal,
                       const double *target, const double *params, PathsKind kind);

#endif
