/* coupling: in which order values can be computed that need each other: one by one, or together where they cannot. */
#ifndef COSTATE_COUPLING_H
#define COSTATE_COUPLING_H

#include "gen/base/arena.h"

#include <stdbool.h>

/* Values that are computed together. */
typedef struct {
    size_t count;
    size_t *members; /* ascending */
    bool coupled;    /* by an equation: a single value may need itself, too */
} CoupledGroup;

typedef struct {
    size_t count;
    CoupledGroup *groups; /* what a group needs of others stands before it */
} Coupling;

/* The smallest groups of `count` values, of which value i needs value k where needs[i * count + k]. Values that do not
 * need later ones stay in their order. */
Coupling coupling_of(Arena *arena, size_t count, const bool *needs);

#endif
