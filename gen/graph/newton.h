/* newton: values that equations give. */
#ifndef COSTATE_NEWTON_H
#define COSTATE_NEWTON_H

#include "gen/graph/graph.h"

/* Arguments of OP_NEWTON; from NEWTON_DEPENDS on, what derivatives are wanted of. */
enum { NEWTON_UNKNOWN, NEWTON_IMAGE, NEWTON_FACTORS, NEWTON_START, NEWTON_DEPENDS };

/* Arguments of OP_SOLVE and OP_SOLVE_T; from SOLVE_NEWTON on, what derivatives are wanted of. */
enum { SOLVE_FACTORS, SOLVE_SIDE, SOLVE_NEWTON, SOLVE_DEPENDS };

/* The Z that solves Z = image(Z), a varying vector[n], with the number of Newton's iterations behind it: n + 1 rows.
 * unknown: an input of n rows that stands for Z in `image`, and nowhere else; parts[count]: parts of it, in their
 * order, of which image is made; start: where the iteration begins. The other values that image refers to may be
 * anything, but no unknown of another equation. Where it does not converge the sample's value is not a number. */
const Node *graph_newton(Graph *graph, const Node *unknown, size_t count, const Node *const *parts, const Node *image,
                         const Node *start);

/* Z, without the number of iterations. */
const Node *newton_solution(Graph *graph, const Node *newton);

/* How often the sample was iterated. */
const Node *newton_iterations(Graph *graph, const Node *newton);

/* The x that solves (1 - D) x = side, or with the transpose of that matrix, where D is the derivative of the image at
 * the solution Z of `newton`: how Z moves when its image moves by side; and the way back. */
const Node *graph_solve(Graph *graph, const Node *newton, const Node *side, bool transposed);

#endif
