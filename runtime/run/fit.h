/* fit: a training from its start, or from where it stopped, to its end: iterates, records, shows, saves. */
#ifndef COSTATE_FIT_H
#define COSTATE_FIT_H

#include "runtime/run/run.h"
#include "runtime/train/culprit.h"

#include <stdio.h>

typedef struct {
    const char *folder;
    RunMode mode;
    const Provenance *provenance;
    const Objective *training, *test; /* test: of validation samples, or NULL */
    CulpritInputs inputs;             /* of training */
    const double *params;             /* the initial ones, as many as training has; not used by RUN_RESUME */
    size_t iterations;                /* in total, those before a resumption included */
    FILE *progress;
    const char *const *made; /* files that were made of the run which RUN_FORCE replaces, closed by NULL; they go, */
    const char *made_folder; /* and so does this folder, if it is empty then. NULL: nothing was */
} Fit;

typedef struct {
    const char *ended;            /* "iterations", "interrupted" or train_reason's */
    bool interrupted, not_finite; /* not_finite: an iteration was */
    const Train *train;
    const Trace *trace;
    const Course *course;
    double seconds; /* of training, those before a resumption included */
} FitResult;

/* Trains as fit says; the folder is created once the initial point has been evaluated, saved to every 30 seconds, at
 * the end, and when SIGINT or SIGTERM ends training after the iteration under way. True, with *result filled in, for
 * every ending but an error: an initial objective or gradient that is not finite (no run is left; what makes it so is
 * named), an objective that could not
 * be evaluated (the last save stays), a folder or file as in run.h, fewer iterations than a resumed run
 * already has. */
bool fit_run(Arena *arena, Diagnostics *diagnostics, const Fit *fit, FitResult *result);

#endif
