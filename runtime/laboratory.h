/* laboratory: one network at hand: generated, compiled, with its data and parameters. What the prompt works with. */
#ifndef COSTATE_LABORATORY_H
#define COSTATE_LABORATORY_H

#include "recall.h"

typedef struct {
    Session *session;
    const char *path;
    const Program *program;
    Solver *solver;
    const Model *model;
    SampleSource source;
    bool has_data;
    double *params;
    Trace *trace;
} Laboratory;

/* Loads the data of the spec, once; false after errors. */
bool laboratory_data(Laboratory *laboratory);

/* The network of the spec at path with `changes` (see gen_changed_program; NULL: none). NULL after errors. */
Laboratory *laboratory_open(Session *session, const char *path, const char *changes);

/* Trains for that many more iterations from the present parameters; ^C ends it. Why it ended; NULL after errors. */
const char *laboratory_train(Laboratory *laboratory, size_t iterations);

#endif
