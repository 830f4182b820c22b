/* workload: one network with samples and parameters, compiled in memory and as vendored code. */
#ifndef COSTATE_WORKLOAD_H
#define COSTATE_WORKLOAD_H

#include "measure.h"
#include "gen/gen.h"
#include "runtime/solver/sampled.h"
#include "runtime/system/pool.h"

typedef struct {
    const char *name, *method;
    size_t width, layers, samples;
    bool single;
} Task;

typedef struct {
    Arena *arena;
    Task problem;
    const Program *program;
    Solver *solver, *native;                  /* by libtcc; by the system's compiler, NULL where it was not asked for */
    double seconds_generate, seconds_compile; /* spec and derivation; libtcc */
    double *x, *target, *params, *gradient, *prediction;
    double objective;
    Samples samples;
    /* vendored: NULL where no compiler could be run */
    int (*vendored_gradient)(size_t n, const void *x, const void *target, const void *params, void *objective,
                             void *gradient, void *work);
    int (*vendored_forward)(size_t n, const void *x, const void *params, void *prediction, void *work);
    int (*vendored_hessian)(size_t n, const void *x, const void *target, const void *params, const void *direction,
                            void *product, void *work); /* of workload_second alone */
    void *work, *vendored_params, *vendored_result;
} Workload;

/* Builds it in folder, which exists; NULL, with the reason printed, on errors. vendored: also compile the emitted
 * source, with BENCH_CC or else gcc, and the solver by the second tier of the JIT. */
Workload *workload_new(Arena *arena, const Task *problem, const char *folder, Pool *pool, bool vendored);

/* The same, in memory only, with more keys for the spec: "checkpoints = 100,". */
Workload *workload_with(Arena *arena, const Task *problem, const char *keys, const char *folder, Pool *pool);

/* The vendored one with its routines written in that form. */
Workload *workload_in(Arena *arena, const Task *problem, Form form, const char *folder, Pool *pool);

/* The vendored one with second order. */
Workload *workload_second(Arena *arena, const Task *problem, const char *folder, Pool *pool);

/* That of a spec of the paper's (specs/paper/NAME.lua) with the method of that name, on the spec's own samples. */
Workload *workload_paper(Arena *arena, const char *name, const char *method, Pool *pool);

/* Lotka and Volterra's rates from so many trajectories of so many layers of Kutta(4), every tenth of them observed;
 * vendored, by the system's compiler and by libtcc. */
Workload *workload_trajectories(Arena *arena, size_t samples, size_t layers, const char *folder, Pool *pool);

/* Six trajectories of Lotka and Volterra's equations with those rates, observed at 24 layers, and Gauss and Newton's
 * algorithm. */
Workload *workload_noisy(Arena *arena, const double *rates, const char *folder, Pool *pool);

/* Estimates of the rates and their standard errors from the noisy set of that number, and the share of predictions
 * whose band holds what the rates that made the set predict; false where there are none. */
bool workload_estimate(Workload *workload, size_t set, double *estimates, double *errors, double *banded);

/* What a contestant calls; context is the workload. */
double workload_gradient(void *context);
double workload_forward(void *context);
double workload_native_gradient(void *context);
double workload_native_forward(void *context);
double workload_vendored_gradient(void *context);
double workload_vendored_forward(void *context);
double workload_vendored_hessian(void *context); /* the product with the parameters as direction */

/* WORKLOAD_ITERATIONS of the spec's line search, from the initial parameters on; the objective reached is
 * workload->objective. */
enum { WORKLOAD_ITERATIONS = 20 };
double workload_train(void *context);

/* Operations of all samples, additions and multiplications alike, and evaluations of activations. */
typedef struct {
    double flops, activations;
} Work;
Work workload_work(const Workload *workload, bool gradient);

#endif
