/* squares: the matrix of Gauss and Newton of an objective whose loss is "squared". */
#ifndef COSTATE_SQUARES_H
#define COSTATE_SQUARES_H

#include "runtime/solver/solver.h"

/* rows[parameters][count * predictions]: the derivative of each prediction of the samples, which are at most a chunk,
 * by each parameter that is learnt; 0 by the others. */
void squares_derivatives(Arena *arena, Solver *solver, const Samples *samples, const double *params, double *rows);

/* matrix[n][n] = J^T J with J the derivatives of the residuals at params by what is learnt, n = parameters and, with
 * `inputs`, those of all samples behind them, which are learnt, too: the residuals of predictions for the targets
 * [count][observations][outputs] that are there, in units of their noise and times the root of their sample's weight,
 * and those of the decay; with `average` divided by the number of samples. Column by column of J from the pushforward,
 * the chunks of samples added up as those of the solver are. Wants lapack_ready; the memory it needs is given back. */
void squares_matrix(Arena *arena, Solver *solver, const Samples *samples, const double *target, bool inputs,
                    const double *params, double *matrix);

/* Bytes that adding up its chunks takes, beside those of the derivatives. */
double squares_sum_bytes(const Model *model, size_t samples);

#endif
