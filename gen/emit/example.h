/* example: a program that uses an emitted solver, and checks it. */
#ifndef COSTATE_EXAMPLE_H
#define COSTATE_EXAMPLE_H

#include "gen/emit/blueprint.h"

/* What the example computes with: samples, and the parameters that it fills in by itself. */
typedef struct {
    size_t samples;
    double *x, *signals, *target; /* [samples][..] as the solver takes them; signals NULL: it has none */
    double *params;               /* [parameters]: those baked in, or the example's own */
    double *prediction;           /* [samples][observations][outputs], for the caller to fill in */
} Example;

/* The same numbers on every machine. */
Example example_new(Arena *arena, const Blueprint *blueprint);

/* example.c, sealed (seal.h). */
char *example_text(Arena *arena, const Blueprint *blueprint, const Example *example);

#endif
