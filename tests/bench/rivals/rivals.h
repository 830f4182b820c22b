/* rivals: the gradient of the table's problem as others write it: Kutta(4) over layers y -> K y + b -> tanh, a sigmoid of
 * W y + mu, half the squared distances from the targets. Each rival is a library that bench opens where it could be
 * built, and gives what this header declares. */
#ifndef COSTATE_RIVALS_H
#define COSTATE_RIVALS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* K [layers][width][width], b [layers][width], W [width], mu [1], x [samples][width], target [samples]. */
struct rival_problem {
    size_t width, layers, samples;
    double step;
    const double *K, *b, *W, *mu, *x, *target;
};

/* The derivatives, of the shapes above. */
struct rival_gradient {
    double *K, *b, *W, *mu;
};

/* Takes the problem, whose arrays stay where they are; NULL where it can't. */
void *rival_new(const struct rival_problem *problem);

/* The objective. */
double rival_evaluate(void *rival, const struct rival_gradient *gradient);

/* Which of its ways it found to be the fastest. */
const char *rival_way(const void *rival);

void rival_free(void *rival);

#ifdef __cplusplus
}
#endif

#endif
