/* separation: the parts of the state that a method treats on their own, and what the field's depend on. */
#ifndef COSTATE_SEPARATION_H
#define COSTATE_SEPARATION_H

#include "gen/model/coupling.h"
#include "gen/model/problem.h"
#include "gen/model/tableau.h"

enum { SEPARATION_MOST_PARTS = 2 };

/* One part for a tableau, q and v for a pair. Field and cost are those of the problem, in `inputs`. */
typedef struct {
    size_t parts;
    const Tableau *tableau[SEPARATION_MOST_PARTS];
    size_t from[SEPARATION_MOST_PARTS], rows[SEPARATION_MOST_PARTS]; /* of the state */
    const Node *inputs[SEPARATION_MOST_PARTS];
    const Node *field[SEPARATION_MOST_PARTS];
    const Node *cost;                                           /* or NULL */
    bool depends[SEPARATION_MOST_PARTS][SEPARATION_MOST_PARTS]; /* does field[i] depend on inputs[k]? */
} Separation;

/* The problem's partition is that of a pair. */
Separation separation_of(Graph *graph, const Tableau *tableau, const Problem *problem);

/* In which order the stages of all parts are computed; number i * parts + k: stage i of part k. It needs the slopes of
 * its row of A, and a slope what the field's part depends on. */
Coupling separation_coupling(Arena *arena, const Separation *separation);

/* The components of the state that a group of it is of. */
size_t separation_unknowns(const Separation *separation, const CoupledGroup *group);

/* The first component of the state whose slope depends on the part that it belongs to; SIZE_MAX: none does. */
size_t separation_component(Graph *graph, const Separation *separation);

#endif
