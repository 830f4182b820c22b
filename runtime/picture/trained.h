/* trained: a trained network with what it was trained on, and what pictures show of it. */
#ifndef COSTATE_TRAINED_H
#define COSTATE_TRAINED_H

#include "gen/network/interpret.h"
#include "runtime/data/dataset.h"
#include "runtime/solver/paths.h"
#include "runtime/train/estimates.h"
#include "runtime/train/trace.h"

/* What is worth computing once: plane.c's paths in a plane. */
typedef struct {
    Arena *arena;
    const struct Flow *flow;
} TrainedShared;

typedef struct {
    const Network *network; /* as it was derived */
    const Model *model;     /* the network's, with what the command line changed */
    Solver *solver;
    const Dataset *train;
    const double *params;
    const double *initial; /* where training began; NULL: nobody knows */
    const Trace *trace;
    const Course *course;       /* NULL: nobody knows */
    const Dataset *test;        /* NULL: none */
    const Estimates *estimates; /* NULL, or without standard errors: predictions have no bands */
    TrainedShared *shared;      /* by pictures that are drawn one after the other, or NULL */
} Trained;

enum { TRAINED_MOST_SAMPLES = 1000, TRAINED_FEW_SAMPLES = 100 };

/* Multiplications that a sample takes through all layers and stages, about. */
double trained_work(const Trained *trained);

/* Seconds that the solver takes for so many samples, about, and those that trained_slope_norms takes. */
double trained_seconds(const Trained *trained, size_t samples);
double trained_seconds_slopes(const Trained *trained);

/* The number of samples that pictures show: all, or TRAINED_MOST_SAMPLES. */
size_t trained_samples(const Trained *trained);

/* The number of classes: 0 for the identity link. */
size_t trained_classes(const Trained *trained);

/* Is it a matter of time: trajectories, signals or a control problem, rather than samples and what is made of them? */
bool trained_over_time(const Trained *trained);

/* The target [outputs] of a training sample at the last observed layer; NULL where there are no targets. */
const double *trained_target(const Trained *trained, size_t sample);

/* The class of a training sample's target: trained_classes where it is missing. */
size_t trained_class(const Trained *trained, size_t sample);

/* "class 1", or the name it has in the data. */
const char *trained_class_name(Arena *arena, const Trained *trained, size_t class);

/* The name of a target: its column, else the number of the prediction, or of the state where there are no targets. */
const char *trained_target_name(Arena *arena, const Trained *trained, size_t j);

/* The times [layers + 1] of the states. */
const double *trained_times(Arena *arena, const Trained *trained);

/* States or costates [layers + 1][count][width] of the first count training samples. */
const double *trained_paths(Arena *arena, const Trained *trained, size_t count, PathsKind kind);

/* The states [layers + 1][trained_samples][width]. */
const double *trained_states(Arena *arena, const Trained *trained);

/* Such states [count][width] in the unit of the rows, where they begin as one (model_state_scale). */
const double *trained_raw_states(Arena *arena, const Trained *trained, size_t count, const double *states);

/* The Euclidean norms [layers + 1][trained_samples] of the costates p_n = dJ/dy_n of each sample. */
const double *trained_costate_norms(Arena *arena, const Trained *trained);

/* The Euclidean norms [stages][layers][samples] of the slopes f(Y_i, u) of every stage, for the first *samples samples:
 * TRAINED_FEW_SAMPLES, or as many as there are, or fewer where one takes long. */
const double *trained_slope_norms(Arena *arena, const Trained *trained, size_t *samples);

/* The predictions [count][outputs] that the head makes of states [count][width]; the states where there are no targets.
 */
const double *trained_outputs(Arena *arena, const Trained *trained, size_t count, const double *states);

/* The predictions [count][observations][outputs] for the first count samples of data. */
const double *trained_predictions(Arena *arena, const Trained *trained, const Dataset *data, size_t count);

/* Do predictions have bands? */
bool trained_has_bands(const Trained *trained);

/* Half the width of their 95 % bands (bands.h) [count][observations][outputs] for count inputs and signals; NULL where
 * predictions have none. */
const double *trained_bands(Arena *arena, const Trained *trained, size_t count, const double *x, const double *signals);

/* The time steps [layers]. */
const double *trained_steps(Arena *arena, const Trained *trained);

#endif
