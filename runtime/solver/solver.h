/* solver: a generated program, compiled and ready to be called. It sees the compiled code through the table of the
 * ABI alone. Numbers are doubles here whatever the solver computes in.
 *
 * Samples are cut into chunks by their number alone, chunks are spread over threads, and their contributions are added
 * in the order of the chunks: the results have the same bits for every number of threads. */
#ifndef COSTATE_SOLVER_RUNTIME_H
#define COSTATE_SOLVER_RUNTIME_H

#include "gen/gen.h"
#include "runtime/solver/native.h"
#include "runtime/solver/objective.h"
#include "runtime/system/pool.h"

typedef struct Solver Solver;

/* Inputs x [count][inputs] and targets [count][outputs] in the solver's real type. */
typedef struct {
    size_t count;
    const void *x, *target; /* target may be NULL */
} Samples;

enum { SOLVER_CHUNK = 512 /* samples */ };

/* Compiles the program with libtcc and the kernels for this processor. NULL after an error. */
Solver *solver_compile(Arena *arena, Diagnostics *diagnostics, const Program *program, Pool *pool);

/* The same with the kernels of that set, which must be of the program's real type. */
Solver *solver_compile_with(Arena *arena, Diagnostics *diagnostics, const Program *program, const KernelSet *kernels,
                            Pool *pool);

/* Lets the system's C compiler make the code of the solver, too (native.h): BACKEND_CC returns when that code is in
 * use, BACKEND_AUTO at once, and the code comes into use between two evaluations. What goes wrong is a warning in
 * diagnostics, also later, and the code of libtcc stays. False, with an error, where ^C ended the waiting. */
bool solver_set_backend(Solver *solver, Diagnostics *diagnostics, const Program *program, Backend backend);

/* x [count][inputs] and target [count][outputs] (or NULL) for the solver: as they are where its real type is double, so
 * they must stay, else as copies. */
Samples solver_samples(Arena *arena, const Solver *solver, size_t count, const double *x, const double *target);

/* Objective over the samples; prediction [count][outputs] and gradient [parameters] are left out where NULL. */
void solver_evaluate(Solver *solver, const Samples *samples, const double *params, double *objective,
                     double *prediction, double *gradient);

/* Predictions [count][outputs]; the samples need no targets. */
void solver_predict(Solver *solver, const Samples *samples, const double *params, double *prediction);

/* Vector-Jacobian product of the samples (at most a chunk): x_bar [count][inputs] or NULL, gradient [parameters]. */
void solver_pullback(Solver *solver, const Samples *samples, const double *params, const double *prediction_bar,
                     double *x_bar, double *gradient);

/* Jacobian-vector product of the samples (at most a chunk): prediction_dot [count][outputs]. */
void solver_pushforward(Solver *solver, const Samples *samples, const double *x_dot, const double *params,
                        const double *params_dot, double *prediction_dot);

/* States, tangents and costates [layers + 1][count][width] of the samples (at most a chunk); outputs that are NULL are
 * left out. The costates are those of prediction_bar [count][outputs] or, where it is NULL, of each sample's loss with
 * its target. */
void solver_trajectory(Solver *solver, const Samples *samples, const double *params, const double *x_dot,
                       const double *prediction_bar, double *states, double *tangents, double *costates);

/* The share of samples that predictions [count][outputs] classify as target says (p > 1/2 for one output, the largest
 * of several); for the identity link the root of the mean squared error. */
double solver_accuracy(const Model *model, size_t count, const double *prediction, const double *target);

/* What solver_accuracy gives: "accuracy" or "RMSE". */
const char *solver_accuracy_name(const Model *model);

/* What optimisers minimise: the objective over `samples`, whose targets are `target` [count][outputs]. It lives, and
 * gathers batches, in arena. */
Objective solver_objective(Arena *arena, Solver *solver, const Samples *samples, const double *target);

#endif
