/* train: the algorithms that minimise an objective, one iteration at a time.
 *
 * An iteration depends on the state, the settings and the objective alone, so that training continues from a stored
 * state with the same bits as if it had never stopped. An iteration that fails leaves the state untouched. */
#ifndef COSTATE_TRAIN_H
#define COSTATE_TRAIN_H

#include "gen/base/arena.h"
#include "gen/network/model.h"
#include "runtime/solver/objective.h"

#include <stdint.h>

enum { TRAIN_MOST_TRIALS = 200 };

typedef enum {
    TRAIN_RUNNING,            /* the state has advanced by one iteration */
    TRAIN_REJECTED_TOO_OFTEN, /* a line search rejected TRAIN_MOST_TRIALS trials in a row */
    TRAIN_ZERO_GRADIENT,      /* every entry of the gradient is exactly 0 (line searches) */
    TRAIN_NOT_FINITE,         /* objective or gradient: at the start, of a line search's iterate, in an epoch of Adam */
    TRAIN_FAILED              /* the objective could not be evaluated */
} TrainResult;

typedef struct {
    TrainSpec spec;
    uint64_t seed;         /* of Adam's shuffles */
    size_t simplex_offset; /* params[simplex_offset ..+ simplex_count) >= 0 with sum simplex_total */
    size_t simplex_count;  /* 0: no constraint */
    double simplex_total;
} TrainSettings;

/* What an iteration reads and writes, and what has to be stored to continue. */
typedef struct {
    double *params;        /* [parameters] */
    double *moments[2];    /* Adam: running means of the gradient and of its square, [parameters]; else NULL */
    Evaluation evaluation; /* at params */
    double step;           /* Lipschitz: L; Armijo: alpha; both after the iteration. Adam: the rate */
    size_t iteration;      /* finished so far; Adam: epochs */
} TrainState;

typedef struct {
    const Objective *objective;
    TrainSettings settings;
    TrainState state;
    double *gradient; /* [parameters]; at state.params where gradient_known */
    bool gradient_known;
    double *trial;            /* [parameters] */
    double *trial_gradient;   /* [parameters] */
    double *trial_moments[2]; /* Adam, [parameters]; else NULL */
    double *scratch;          /* [simplex_count] */
    size_t *order;            /* Adam: [samples] */
} Train;

/* The settings of model: its algorithm, its seed, and with simplex the constraint on its steps, whose sum is
 * layers * step. */
TrainSettings train_settings(const Model *model);

/* A training of objective, which must outlive it, at rest: train_start or train_continue comes next. */
Train *train_new(Arena *arena, const Objective *objective, TrainSettings settings);

/* Starts at params[parameters], taken as they are (a constraint holds from the first iteration on), and evaluates
 * them: RUNNING, NOT_FINITE or FAILED. The first step is L = lipschitz, alpha = tau / 2, or rate. */
TrainResult train_start(Train *train, const double *params);

/* Continues from a copy of state, which a training with the same objective and settings left. */
void train_continue(Train *train, const TrainState *state);

/* One iteration (Adam: one epoch, over batches in an order that follows from seed and epoch number). */
TrainResult train_iterate(Train *train);

/* Projects params[parameters] onto the constraint of the settings, if there is one. */
void train_project(Train *train, double *params);

/* Why training ended, as the report says it; "iterations" for RUNNING. */
const char *train_reason(TrainResult result);

#endif
