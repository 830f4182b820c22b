/* exhibit: a trained network with what it was trained on, and what pictures show of it. */
#ifndef COSTATE_EXHIBIT_H
#define COSTATE_EXHIBIT_H

#include "runtime/data/dataset.h"
#include "runtime/solver/solver.h"
#include "runtime/train/trace.h"

typedef struct {
    const Program *program;
    const Model *model; /* the program's, with what the command line changed */
    Solver *solver;
    const Dataset *train;
    const double *params;
    const Trace *trace;
} Exhibit;

enum { EXHIBIT_MOST_SAMPLES = 1000, EXHIBIT_FEW_SAMPLES = 100 };

/* The number of samples that pictures show: all, or EXHIBIT_MOST_SAMPLES. */
size_t exhibit_samples(const Exhibit *exhibit);

/* The number of classes: 0 for the identity link. */
size_t exhibit_classes(const Exhibit *exhibit);

/* The class of a training sample. */
size_t exhibit_class(const Exhibit *exhibit, size_t sample);

/* "class 1", or the name it has in the data. */
const char *exhibit_class_name(Arena *arena, const Exhibit *exhibit, size_t class);

/* The states [layers + 1][exhibit_samples][width]. */
const double *exhibit_states(Arena *arena, const Exhibit *exhibit);

/* The Euclidean norms [layers + 1][exhibit_samples] of the costates p_n = dJ/dy_n of each sample. */
const double *exhibit_costate_norms(Arena *arena, const Exhibit *exhibit);

/* The Euclidean norms [stages][layers][samples] of the slopes f(Y_i, u) of every stage, for the first *samples samples,
 * which are at most EXHIBIT_FEW_SAMPLES. */
const double *exhibit_slope_norms(Arena *arena, const Exhibit *exhibit, size_t *samples);

/* What the head makes of count states [count][width]: [count] values between 0 and 1 for a sigmoid, of any size for one
 * identity output, and the number of the largest output where there are several. */
const double *exhibit_head(Arena *arena, const Exhibit *exhibit, size_t count, const double *states);

/* The same of count inputs [count][inputs], through all layers. */
const double *exhibit_prediction(Arena *arena, const Exhibit *exhibit, size_t count, const double *x);

/* The time steps [layers]. */
const double *exhibit_steps(const Exhibit *exhibit);

#endif
