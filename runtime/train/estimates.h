/* estimates: how well the residuals tell the parameters at which a training of squares stands. */
#ifndef COSTATE_ESTIMATES_H
#define COSTATE_ESTIMATES_H

#include "runtime/train/train.h"

typedef struct {
    size_t count;              /* parameters that are learnt */
    const size_t *index;       /* [count] among all */
    size_t degrees;            /* of freedom: residuals less parameters */
    const char *missing;       /* why there are no standard errors; NULL: there are */
    const double *errors;      /* [count] standard errors, where there are any */
    const double *correlation; /* [count][count], too */
} Estimates;

/* At what train keeps, of the covariance s^2 (J^T J)^-1 with J the derivatives of the N residuals by the P learnt
 * parameters, among which learnt inputs of samples count, too (only what is told of these is left out), and s^2 the sum
 * of their squares over N - P. A residual is multiplied by the root of its sample's weight; with 0 it is none. There are no standard errors for N <= P, where J^T J is singular, with decay, which
 * pulls the estimates, and where a parameter is at a bound. The method of the training is dense and has squares; what
 * it has of memory for an iteration is overwritten. */
Estimates estimates_of(Arena *arena, const Model *model, const Train *train);

/* The parameters of model that are learnt, *count of them, among all. */
const size_t *estimates_learnt(Arena *arena, const Model *model, size_t *count);

/* A line for each parameter that is learnt, where these are not too many: its value among params, its standard error,
 * and how it is correlated with those of the lines above; or why there are no standard errors. Each begins with "\n".
 */
void estimates_text(Text *text, const Model *model, const Estimates *estimates, const double *params);

/* "theta[2]", "K[1][3][2]": the entry's place as Lua counts. */
const char *estimates_name(Arena *arena, const Model *model, size_t parameter);

#endif
