/* point: what the algorithms share: evaluations, which are counted, and the way from one accepted point to the next. */
#ifndef COSTATE_POINT_H
#define COSTATE_POINT_H

#include "runtime/train/train.h"

/* The objective over all samples at params and, where not NULL, its gradient; false: it failed. */
bool train_evaluate(Train *train, const double *params, Evaluation *evaluation, double *gradient);

/* The same over count of the samples, see ObjectiveEvaluate. */
bool train_evaluate_batch(Train *train, const double *params, const size_t *samples, size_t count,
                          Evaluation *evaluation, double *gradient);

/* The product of the Hessian at the iterate with direction; false: it failed. */
bool train_product(Train *train, const double *direction, double *product);

/* The matrix of squares at the iterate, see ObjectiveSquares; false: it failed. */
bool train_squares(Train *train, double *matrix);

/* Makes train->gradient the one at the iterate: RUNNING, ZERO_GRADIENT, NOT_FINITE or FAILED. */
TrainResult train_prepare(Train *train);

/* The same, and SMALL_GRADIENT where no entry of the projected gradient exceeds least. */
TrainResult train_prepare_above(Train *train, double least);

/* ---- of methods that trust a quadratic model of the objective within a radius ---- */

/* Is the decrease that the model promises not worth a trial: at most tolerance^2 of the objective (it is quadratic in
 * the distance from the minimum, where the gradient is linear), or lost in its rounding? */
bool train_promises_little(const Train *train, double promise);

/* Of a step of that length, whose decrease was that share of the one promised: a quarter of the length where the share
 * is poor, twice the radius where it is good and the step went to the edge. */
double train_next_radius(double radius, double length, double share);

/* Is the trial accepted: finite, with more than 1e-4 of what was promised? */
bool train_goes_down(const Evaluation *trial, double share);

/* The trial becomes the iterate, and train->trial_gradient, where it is known, the gradient. step: that of the state
 * after the iteration. */
void train_accept(Train *train, const Evaluation *evaluation, double step, bool gradient_known);

#endif
