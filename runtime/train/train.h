/* train: the algorithms that minimise an objective, one iteration at a time.
 *
 * An iteration depends on the state, the settings and the objective alone, so that training continues from a stored
 * state with the same bits as if it had never stopped. An iteration that fails leaves the state untouched but for its
 * counts of evaluations. */
#ifndef COSTATE_TRAIN_H
#define COSTATE_TRAIN_H

#include "gen/base/arena.h"
#include "gen/model/model.h"
#include "runtime/solver/objective.h"
#include "runtime/train/trace.h"

#include <stdint.h>

enum { TRAIN_MOST_TRIALS = 200, TRAIN_MOST_ARRAYS = 4, TRAIN_FEW_STILL = 20 };

typedef enum {
    TRAIN_RUNNING,            /* the state has advanced by one iteration */
    TRAIN_REJECTED_TOO_OFTEN, /* a line search rejected TRAIN_MOST_TRIALS trials in a row */
    TRAIN_ZERO_GRADIENT,  /* every entry of the gradient is exactly 0, or keeps a parameter at its bound (line searches)
                           */
    TRAIN_SMALL_GRADIENT, /* no entry of the projected gradient exceeds the tolerance */
    TRAIN_SMALL_DECREASE, /* the decrease to expect is within the tolerance */
    TRAIN_NO_DECREASE,    /* no trial down to the rounding of the parameters is lower (L-BFGS) */
    TRAIN_NO_BETTER,      /* none of the last `patience` iterates is better than the best before (train_iterations) */
    TRAIN_STALLED,        /* the objective did not change in the last `stall` iterations (train_iterations) */
    TRAIN_NO_JACOBIAN,    /* the derivatives of the residuals are not finite */
    TRAIN_NOT_FINITE,     /* objective or gradient: at the start, of a line search's iterate, in an epoch of Adam */
    TRAIN_FAILED          /* the objective could not be evaluated */
} TrainResult;

typedef struct {
    TrainSpec spec;
    uint64_t seed;         /* of Adam's shuffles */
    size_t simplex_offset; /* params[simplex_offset ..+ simplex_count) >= 0 with sum simplex_total */
    size_t simplex_count;  /* 0: no constraint */
    double simplex_total;
    size_t bounded; /* lower <= params[0 .. bounded) <= upper; 0: no bounds */
    const double *lower, *upper;
    size_t decaying; /* weight decay pulls those of params[0 .. decaying) that decays says */
    const bool *decays;
} TrainSettings;

/* What an evaluation of all samples gives, or of a batch: the objective alone, the objective with its gradient, the
 * product of its Hessian with a direction, the derivatives of all residuals. */
typedef enum {
    EVALUATED_OBJECTIVE,
    EVALUATED_GRADIENT,
    EVALUATED_PRODUCT,
    EVALUATED_JACOBIAN,
    EVALUATED_KINDS
} EvaluatedKind;

/* "objectives", "gradients", ..: what a count of a kind is called in files. */
extern const char *const train_evaluated[EVALUATED_KINDS];

/* The iterate with the lowest validation objective so far, the first of those. */
typedef struct {
    double *params; /* [parameters] where the settings keep the best; else NULL */
    Evaluation evaluation;
    double validation;
    size_t iteration;
} TrainBest;

/* Since when the objective stands still: no iterate behind this one has another objective than its but for rounding. */
typedef struct {
    double objective;
    size_t iteration;
} TrainStill;

/* What an iteration reads and writes, and what has to be stored to continue. */
typedef struct {
    double *params;                      /* [parameters] */
    double *arrays[TRAIN_MOST_ARRAYS];   /* those of the method, train_array_size each; else NULL */
    Evaluation evaluation;               /* at params */
    double step;                         /* as the method says, after the iteration */
    size_t iteration;                    /* finished so far */
    size_t evaluations[EVALUATED_KINDS]; /* needed so far, also by an iteration that failed */
    size_t gradient_counted;             /* 1: among them is the gradient at params; else 0 */
    TrainBest best;                      /* as train_judge was told */
    TrainStill still;                    /* as train_iterations has seen */
} TrainState;

typedef struct Train Train;

/* How many arrays of [parameters] a training keeps. */
double train_arrays(const TrainSpec *spec, size_t parameters);

/* How an algorithm iterates, train_NAME in a file of its own, which says what the step of the state is, too. */
typedef struct {
    TrainResult (*iterate)(Train *train);
    const char *arrays[TRAIN_MOST_ARRAYS]; /* the names, in a stored state, of what it keeps beside params */
    size_t (*rows)(const TrainSpec *spec, size_t parameters); /* of [parameters] that each has; NULL: one */
    size_t (*work)(size_t parameters); /* numbers that an iteration needs for itself; NULL: none */
    bool dense;                        /* it needs LAPACK */
    bool shuffles;                     /* does it take the samples in an order of its own? */
    bool renews;                       /* it can do without its arrays: an older state has none, and the first step */
} TrainMethod;

struct Train {
    const Objective *objective;
    TrainSettings settings;
    const TrainMethod *method;
    TrainState state;
    double *gradient; /* [parameters]; at state.params where gradient_known */
    bool gradient_known;
    double norm;            /* of the gradient that the last iteration went down; NaN: it knew none of all samples */
    double *trial;          /* [parameters] */
    double *trial_gradient; /* [parameters] */
    double *trial_arrays[TRAIN_MOST_ARRAYS]; /* as those of the state */
    double *scratch;                         /* [simplex_count], or [rows] of the method if that is more */
    double *work;                            /* [work of the method] */
    size_t *order;                           /* [samples] where the method shuffles; else NULL */
    size_t strayed; /* updates within an epoch before what is not finite, at trial; 0: at the state's parameters */
};

/* Who watches a training: called with its state at the start and after every iteration, as a row of the trace without
 * test set; false ends it. */
typedef struct {
    bool (*look)(void *context, const TraceRow *row);
    void *context;
} TrainWatch;

#define TRAIN_METHOD(upper, lower) extern const TrainMethod train_##lower;
ALGORITHMS(TRAIN_METHOD)
#undef TRAIN_METHOD

/* How that algorithm iterates. */
const TrainMethod *train_method(Algorithm algorithm);

/* Can model be trained here? An error where its algorithm needs LAPACK, which is not there. */
bool train_ready(const Model *model, Diagnostics *diagnostics);

/* Can model be trained on so many samples, with or without validation samples? An error where it has patience and there
 * are none, or where with the inputs that it learns there are more unknowns than its algorithm takes. */
bool train_suits(const Model *model, size_t samples, bool validation, Diagnostics *diagnostics);

/* The settings of model on so many samples: its algorithm, its seed, the bounds of its tensors and of what it learns of
 * the samples, and with simplex the constraint on its steps, whose sum is that at the start. The bounds are in arena.
 */
TrainSettings train_settings(Arena *arena, const Model *model, size_t samples);

/* Numbers in each of the arrays that algorithm keeps of that many parameters. */
size_t train_array_size(const TrainSpec *spec, size_t parameters);

/* A training of objective, which must outlive it, at rest: train_start or train_continue comes next. */
Train *train_new(Arena *arena, const Objective *objective, TrainSettings settings);

/* Starts at the point within the bounds that is nearest to params[parameters] (a constraint on steps holds from the
 * first iteration on), and evaluates it, with the gradient where the first iteration needs that: RUNNING, NOT_FINITE
 * (the objective) or FAILED. The first step is the algorithm's
 * first_step. */
TrainResult train_start(Train *train, const double *params);

/* Continues from a copy of state, which a training with the same objective and settings left. */
void train_continue(Train *train, const TrainState *state);

/* One iteration. */
TrainResult train_iterate(Train *train);

/* Says how good the iterate is, at the start and after every iteration, where the settings keep the best one: the
 * objective of the validation samples without penalty and decay, or of what else is to be low. One that is no number is
 * no better than any. */
void train_judge(Train *train, double validation);

/* What training leaves: the iterate, or the best one where the settings keep that. */
typedef struct {
    double *params; /* of the state */
    Evaluation evaluation;
    size_t iteration;
} TrainKept;
TrainKept train_kept(const Train *train);

/* At most that many iterations: the result of the last one, NO_BETTER or STALLED; RUNNING also where the watch ended
 * it.
 */
TrainResult train_iterations(Train *train, size_t iterations, const TrainWatch *watch);

/* Projects params[parameters] onto the bounds and the constraint of the settings, as far as there are any. */
void train_project(Train *train, double *params);

/* Does train->gradient keep parameter i at a bound, however small a step down is? */
bool train_held(const Train *train, size_t i);

/* Is every entry of train->gradient exactly 0, or does it point out of the bounds where the iterate is at one? */
bool train_stationary(const Train *train);

/* Evaluations of any kind that training has needed so far. */
size_t train_evaluations(const TrainState *state);

/* How many iterations ago the objective last changed; 0 where they are fewer than TRAIN_FEW_STILL, of which there is
 * nothing to say. */
size_t train_still(const TrainState *state);

/* Why training ended, as the report says it; "iterations" for RUNNING. */
const char *train_reason(TrainResult result);

#endif
