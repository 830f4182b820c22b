/* derive: symbolic differentiation of graphs. The pullback (reverse mode) carries costates, the pushforward (forward
 * mode) carries tangents; both give expressions of the same graph and reuse its values. */
#ifndef COSTATE_DERIVE_H
#define COSTATE_DERIVE_H

#include "gen/graph/graph.h"

typedef struct {
    Arena *arena;
    const Node **nodes;
    size_t count, capacity;
} NodeList;

NodeList node_list(Arena *arena);
void node_list_add(NodeList *list, const Node *node);

/* Requires: bar has root's shape. For each inputs[k], contributions[k] receives the expressions whose sum is
 * (d root / d inputs[k])^T bar, none where root does not depend on it. What reaches a shared input is a sum over the
 * samples (OP_REDUCE, OP_OUTER or a shared scalar), to be accumulated; what reaches a varying input is summed up to at
 * most one expression. */
void derive_pullback(Graph *graph, const Node *root, const Node *bar, size_t count, const Node *const *inputs,
                     NodeList *contributions);

/* (d root / d inputs) dots: the derivative of root when inputs[k] moves along dots[k] (of its shape; NULL: it does
 * not move). NULL when root does not move. How a node with a label moves is labelled, too: "f1_dot" for f1. */
const Node *derive_pushforward(Graph *graph, const Node *root, size_t count, const Node *const *inputs,
                               const Node *const *dots);

/* The sum of the list's nodes, NULL for an empty list. */
const Node *derive_sum(Graph *graph, const NodeList *list);

#endif
