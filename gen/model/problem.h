/* problem: the optimal control problem of a spec as expressions: what its functions returned of symbolic arguments. */
#ifndef COSTATE_PROBLEM_H
#define COSTATE_PROBLEM_H

#include "gen/graph/graph.h"

/* Inputs stand for the arguments; a function that a spec does not have is NULL. Scalars are spread over the samples. */
typedef struct {
    const Node *y;         /* varying vector: the state, of a stage in field and cost */
    const Node *t;         /* shared scalar: the time of the stage */
    const Node *s;         /* varying vector: the signals at that time, or NULL */
    const Node **controls; /* [control_count]: the model's control tensors; those with a value a stage: its own */
    size_t control_count;
    const Node *field; /* varying vector [width] */
    size_t partition;  /* components of q, the first of y, where the method is a pair */
    const Node *cost;  /* varying scalar: the running cost's rate */

    const Node *x;    /* varying vector: the inputs */
    const Node *lift; /* varying vector [width]: the first state of x; NULL: affine or padded (see Model) */

    const Node *head;                /* varying vector [outputs] of y; NULL: affine, or the state (see Model) */
    const Node *prediction, *target; /* varying vectors [outputs] */
    const Node *loss;                /* varying scalar of prediction and target; NULL: the model's, or none */
    const Node *terminal;            /* varying scalar of y */

    const Node *h;               /* shared scalar: the step */
    const Node ***here, ***next; /* [control_count][stages of the control]: of this layer, and of the next */
    const Node *penalty;         /* shared scalar of here, next and h */
} Problem;

/* The magnitudes of the constants in its expressions, where domains often end, each once and none 0: numbers
 * [PROBLEM_MOST_CONSTANTS], the first that there are. Their number. */
enum { PROBLEM_MOST_CONSTANTS = 12 };
size_t problem_constants(const Graph *graph, const Problem *problem, double *numbers);

#endif
