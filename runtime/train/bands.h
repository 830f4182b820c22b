/* bands: how well predictions are known where the parameters are estimates. */
#ifndef COSTATE_BANDS_H
#define COSTATE_BANDS_H

#include "runtime/solver/solver.h"
#include "runtime/train/estimates.h"

/* half[count][observations][outputs] of predictions for x and signals (NULL: the model has none): 95 % of the intervals
 * prediction +- half hold what the parameters that made the data predict, as far as predictions are linear in them over
 * their errors. half = t sqrt(g^T C g), with g the exact derivative of a prediction by what is learnt, C the covariance
 * of the estimates, which have standard errors, and t the quantile of Student's distribution with their degrees of
 * freedom (the delta method: G. A. F. Seber, C. J. Wild, Nonlinear Regression, 1989, chapter 5). */
void bands_of(Arena *arena, Solver *solver, const Estimates *estimates, size_t count, const double *x,
              const double *signals, const double *params, double *half);

#endif
