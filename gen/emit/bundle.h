/* bundle: all files of an emitted solver: its C, an example, build files, documentation, licence. */
#ifndef COSTATE_BUNDLE_H
#define COSTATE_BUNDLE_H

#include "gen/emit/pack.h"

/* What the example computes with: samples, and the parameters that it fills in by itself. */
typedef struct {
    size_t samples;
    double *x, *target; /* [samples][inputs], [samples][outputs] */
    double *params;     /* [parameters]: those baked in, or the example's own */
    double *prediction; /* [samples][outputs], for the caller to fill in */
} Example;

typedef struct {
    const char *name, *text;
} BundleFile;

typedef struct {
    BundleFile files[8];
    size_t count;
} Bundle;

/* False, with an error at the spec, when the solver's name cannot be that of a file or of a target in the folder. */
bool bundle_check(const Model *model, bool python, Diagnostics *diagnostics);

/* The same numbers on every machine. */
Example bundle_example(Arena *arena, const Blueprint *blueprint);

/* The files, sealed (seal.h). python: with NAME.py. */
Bundle bundle_files(Arena *arena, const Blueprint *blueprint, const Example *example, bool python);

#endif
