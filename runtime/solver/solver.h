/* solver: a generated program, compiled and ready to be called. It sees the compiled code through the table of the
 * ABI alone. Numbers are doubles here whatever the solver computes in.
 *
 * Samples are cut into chunks by their number alone, chunks are spread over threads, and their contributions are added
 * in a tree of the chunks (runtime/number/tree.h): the results have the same bits for every number of threads. So they
 * have for every number of ranks (runtime/system/ranks.h), which have all samples and a part of the chunks each: unless
 * something else is said, what has more than a chunk of samples is called together. */
#ifndef COSTATE_SOLVER_RUNTIME_H
#define COSTATE_SOLVER_RUNTIME_H

#include "gen/base/diagnostics.h"
#include "gen/model/model.h"

typedef struct Solver Solver;
typedef struct Program Program;     /* gen/gen.h */
typedef struct KernelSet KernelSet; /* kernels.h */
typedef struct Pool Pool;           /* runtime/system/pool.h */
typedef struct Network Network;     /* gen/network/network.h */

typedef enum {
    BACKEND_TCC, /* libtcc alone */
    BACKEND_CC,  /* the system's compiler, which is waited for where the cache has nothing */
    BACKEND_AUTO /* libtcc until the other has finished in the background */
} Backend;

/* "tcc", "cc", "auto": the names of the backends, in order. */
enum { BACKENDS = 3 };
extern const char *const backend_names[BACKENDS];

/* Samples that are not all in memory: read(context, first, count, x, target) gives inputs x[count][inputs] and target
 * [count][observations][outputs] of `count` of them, each of which may be NULL. Called by threads. To be had on this
 * rank are those from first to end - 1, its chunks among them, and others on others; known: numbers of all targets that
 * are there. */
typedef struct {
    void (*read)(const void *context, size_t first, size_t count, double *x, double *target);
    const void *context;
    size_t first, end, known;
} SampleRows;

/* Inputs x [count][inputs], signals [count][signal rows][signals] and targets [count][observations][outputs] in the
 * solver's real type. */
typedef struct {
    size_t count;
    const void *x, *signals, *target; /* signals NULL: the model has none; target may be NULL */
    double share;           /* of penalty and decay that counts with these samples: 1, less for a batch, or 0 */
    const SampleRows *rows; /* where x and target are NULL; for functions that take more than a chunk alone */
} Samples;

enum { SOLVER_CHUNK = 512 /* samples */ };

/* How many chunks so many samples are. */
size_t solver_chunks(size_t samples);

/* The samples first .. end - 1 of so many, which are those of the chunks that this rank computes. */
typedef struct {
    size_t first, end;
} SolverPart;
SolverPart solver_part(size_t samples);

/* Bytes that a solver of the model takes to add up what so many samples give. */
double solver_sum_bytes(const Model *model, size_t samples);

/* Compiles the program with libtcc and the kernels for this processor. NULL after an error. */
Solver *solver_compile(Arena *arena, Diagnostics *diagnostics, const Program *program, Pool *pool);

/* The same with the kernels of that set, which must be of the program's real type. */
Solver *solver_compile_with(Arena *arena, Diagnostics *diagnostics, const Program *program, const KernelSet *kernels,
                            Pool *pool);

/* The model of its program, and the size of its real type. */
const Model *solver_model(const Solver *solver);
size_t solver_real_bytes(const Solver *solver);

/* The instruction set of its kernels: "avx2". */
const char *solver_isa(const Solver *solver);

/* Lets the system's C compiler make the code of the solver, too (native.h): BACKEND_CC returns when that code is in
 * use, BACKEND_AUTO at once, and the code comes into use between two evaluations. What goes wrong is a warning in
 * diagnostics, also later, and the code of libtcc stays. False, with an error, where ^C ended the waiting. */
bool solver_set_backend(Solver *solver, Diagnostics *diagnostics, const Program *program, Backend backend);

/* From here on signals and targets that become Samples are scaled as the network sees them, and predictions, though not
 * their derivatives, are scaled back; x is the network's own. The scales' numbers stay the caller's. At first nothing
 * is scaled. */
void solver_set_scales(Solver *solver, const Scales *scales);
const Scales *solver_scales(const Solver *solver);

/* Targets [count][predictions] with the weights [count] of their samples behind them, NULL: 1, where the model's
 * samples have some: [count][model_targets]. Else target itself. */
const double *solver_targets(Arena *arena, const Model *model, size_t count, const double *target,
                             const double *weight);

/* The arrays (see Samples; signals, target and weight may be NULL) for the solver: as they are where its real type is
 * double and nothing is scaled, so they must stay, else as copies. Penalty and decay count whole. Without weights all
 * samples count the same.
 */
Samples solver_weighted_samples(Arena *arena, const Solver *solver, size_t count, const double *x,
                                const double *signals, const double *target, const double *weight);
Samples solver_samples(Arena *arena, const Solver *solver, size_t count, const double *x, const double *signals,
                       const double *target);

/* The weight of sample i of these, which stands behind its target; 1 where the model's samples have none. */
double solver_weight(const Solver *solver, const Samples *samples, size_t i);

/* The same of rows, which must stay. */
Samples solver_rows(size_t count, const SampleRows *rows);

/* Objective over the samples; prediction [count][observations][outputs], the derivative x_bar [count][inputs] by the
 * inputs, where the model learns them, and gradient [parameters] are left out where NULL; x_bar comes with gradient. */
void solver_evaluate_inputs(Solver *solver, const Samples *samples, const double *params, double *objective,
                            double *prediction, double *x_bar, double *gradient);

enum { MEASURE_MOST = 4 };

/* What is to be known of predictions beside the objective: at most MEASURE_MOST numbers that are added up over the
 * samples. `add` is called by threads, with predictions of `count` samples, the first of which is number `start`, and
 * the targets of samples that are rows, else NULL, for sums[numbers], which are 0. */
typedef struct {
    size_t numbers;
    void (*add)(const void *context, size_t start, size_t count, const double *prediction, const double *target,
                double *sums);
    const void *context;
} Measure;

/* Objective, x_bar and gradient as above, and the sums[numbers] of the measure. Ranks tell each other nothing but these
 * sums, objective and gradient, and x_bar. */
void solver_measure(Solver *solver, const Samples *samples, const double *params, const Measure *measure, double *sums,
                    double *objective, double *x_bar, double *gradient);

/* solver_evaluate_inputs without x_bar. */
void solver_evaluate(Solver *solver, const Samples *samples, const double *params, double *objective,
                     double *prediction, double *gradient);

/* Predictions [count][observations][outputs]; the samples need no targets. */
void solver_predict(Solver *solver, const Samples *samples, const double *params, double *prediction);

/* Vector-Jacobian product of the samples (at most a chunk), of predictions and signals as the network has them: x_bar
 * [count][inputs] and signals_bar [count][signal rows][signals], each or NULL, gradient [parameters]. */
void solver_pullback(Solver *solver, const Samples *samples, const double *params, const double *prediction_bar,
                     double *x_bar, double *signals_bar, double *gradient);

/* Jacobian-vector product of the samples (at most a chunk): prediction_dot [count][observations][outputs]. signals_dot
 * NULL where there are no signals. */
void solver_pushforward(Solver *solver, const Samples *samples, const double *x_dot, const double *signals_dot,
                        const double *params, const double *params_dot, double *prediction_dot);

/* Is its program one of gen_second? */
bool solver_second(const Solver *solver);

/* How the pullback of the samples (at most a chunk) moves along x_dot, signals_dot (NULL where there are no signals),
 * params_dot and prediction_bar_dot: x_bar_dot and signals_bar_dot, each or NULL, and gradient_dot. For a program of
 * gen_second. */
void solver_pullback_tangent(Solver *solver, const Samples *samples, const double *x_dot, const double *signals_dot,
                             const double *params, const double *params_dot, const double *prediction_bar,
                             const double *prediction_bar_dot, double *x_bar_dot, double *signals_bar_dot,
                             double *gradient_dot);

/* The exact product of the objective's Hessian with direction [parameters], which counts where something is learnt:
 * product [parameters]. For a program of gen_second. */
void solver_hessian(Solver *solver, const Samples *samples, const double *params, const double *direction,
                    double *product);

/* The same where the model learns inputs and these move, too, along x_direction [count][inputs] (NULL: they do not),
 * with their part x_product [count][inputs] of the product (NULL: it is not wanted). */
void solver_hessian_inputs(Solver *solver, const Samples *samples, const double *params, const double *x_direction,
                           const double *direction, double *x_product, double *product);

/* States, tangents and costates [layers + 1][count][width] of the samples (at most a chunk); outputs that are NULL are
 * left out. The costates are those of prediction_bar [count][observations][outputs] or, where it is NULL, of each
 * sample's part of the objective. */
void solver_trajectory(Solver *solver, const Samples *samples, const double *params, const double *x_dot,
                       const double *prediction_bar, double *states, double *tangents, double *costates);

/* The network of its program, as it was derived. */
const Network *solver_network(const Solver *solver);

/* Which of its stages are explicit and which are found by Newton's method, for people; NULL: it has one tableau, and
 * that is explicit. */
const char *solver_stages(Arena *arena, const Solver *solver);

/* How many equations the implicit stages of a step solve, of how many unknowns together; both 0 where all are explicit.
 */
size_t solver_equations(const Solver *solver);
size_t solver_unknowns(const Solver *solver);

/* How these were solved on the way of the samples (at most a chunk), where there are any: states as above, counts
 * [layers][count][equations], how often each was iterated, NAN where that led nowhere, and solutions
 * [layers][count][unknowns]; outputs that are NULL are left out. */
void solver_solve_steps(Solver *solver, const Samples *samples, const double *params, double *states, double *counts,
                        double *solutions);

#endif
