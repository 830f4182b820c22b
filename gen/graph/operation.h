/* operation: what each operation is, in one place: its name, its kernel, its cost, its value and its derivative.
 * Pullback and pushforward of the elementwise operations follow from the partial derivatives given here. */
#ifndef COSTATE_OPERATION_H
#define COSTATE_OPERATION_H

#include "gen/graph/graph.h"

/* The operation's name in dumps; for elementwise operations also that of its block kernel and, but for the arithmetic
 * ones, that of the function in specs. */
const char *operation_name(Op op);

/* Number of arguments of an elementwise operation; 0 for all others. */
size_t operation_elementwise(Op op);

/* The elementwise function of that name with that many arguments, among those a spec may call; OP_COUNT if none. */
Op operation_function(const char *name, size_t arguments);

/* The partial derivative of an elementwise node by its argument `which`, of the node's shape, in terms of the node
 * and its arguments; NULL where it is zero. At a kink: abs'(0) = sign(0) = 0, and of equal arguments of max or min
 * the first counts. */
const Node *operation_partial(Graph *graph, const Node *node, size_t which);

/* The value of an elementwise operation. */
long double operation_value(Op op, long double x, long double y);

/* Operations a sample: multiplications and divisions, additions, evaluations of a transcendental function. */
typedef struct {
    double multiplications, additions, activations;
} Cost;
Cost operation_cost(const Node *node);

#endif
