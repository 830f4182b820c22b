/* simplify: rewrites expressions into equal ones that cost less. Every rewrite preserves the value in exact arithmetic,
 * and none trades accuracy for speed. */
#ifndef COSTATE_SIMPLIFY_H
#define COSTATE_SIMPLIFY_H

#include "gen/network/network.h"

/* Requires: roots in graph. Returns a new graph and replaces each roots[k] by its image there, which has the same
 * value. Uses are counted over all roots together: what roots shared before, they share after. Ids keep their order. */
Graph *simplify(const Graph *graph, size_t count, const Node **roots);

/* The network with all its routines simplified together, in a graph of their own; step keeps the nodes as they were
 * derived. */
const Network *simplify_network(const Network *network);

#endif
