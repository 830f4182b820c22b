/* objective: what an optimiser minimises. The interface between the algorithms and whatever evaluates a network. */
#ifndef COSTATE_OBJECTIVE_H
#define COSTATE_OBJECTIVE_H

#include <stdbool.h>
#include <stddef.h>

/* accuracy is the share of samples that are classified correctly, or the RMSE where the targets are real. */
typedef struct {
    double objective, accuracy;
} Evaluation;

/* J(params) over count of the samples, those whose indices samples[count] lists, or over all of them where samples is
 * NULL (count is then ignored). Fills *evaluation; where gradient is not NULL also gradient[parameters], which is
 * exactly 0 in every tensor that is not learnt. One call costs one forward pass, with a gradient one forward and one
 * adjoint pass; the same arguments always give the same bits. An objective or gradient that is not finite is a result
 * like any other. False, with an error recorded by whoever owns the context, when it could not be evaluated at all. */
typedef bool ObjectiveEvaluate(void *context, const double *params, const size_t *samples, size_t count,
                               Evaluation *evaluation, double *gradient);

/* product[parameters] = H(params) direction[parameters], with H the Hessian of J over all samples; exactly 0 in every
 * tensor that is not learnt, where the direction counts nothing. False as above. */
typedef bool ObjectiveHessian(void *context, const double *params, const double *direction, double *product);

/* matrix[parameters][parameters], the Hessian of J over all samples at params without the curvature of the residuals:
 * the sum of their derivatives' products, of squares that J is half the sum of; exactly 0 in rows and columns of what
 * is not learnt. Wants lapack_ready. False as above. */
typedef bool ObjectiveSquares(void *context, const double *params, double *matrix);

/* How Newton's method did on the equations of implicit stages, on the way of all samples. */
typedef struct {
    const char *stages;  /* which they are: "Q1, V1 explicit; Q2, V2 by Newton's method, 2 unknowns" */
    size_t solved, most; /* equations that were solved; iterations that one of them took at most */
    double mean;         /* and on average */
    size_t lost;         /* samples with an equation that was not solved from a finite state; of the first of them: */
    size_t sample, layer;
    const char *unknown; /* the stages: "Y1, Y2" */
} Solves;

/* Fills *solves for all samples at params. */
typedef void ObjectiveSolves(void *context, const double *params, Solves *solves);

typedef struct {
    void *context;
    size_t parameters, samples;
    ObjectiveEvaluate *evaluate;
    ObjectiveHessian *hessian; /* NULL: it is not known */
    ObjectiveSquares *squares; /* NULL: it is no sum of squares */
    ObjectiveSolves *solves;   /* NULL: all stages are explicit */
    size_t residuals;          /* of the targets that are there */
} Objective;

#endif
