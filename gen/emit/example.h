/* example: a program that uses an emitted solver, and checks it. */
#ifndef COSTATE_EXAMPLE_H
#define COSTATE_EXAMPLE_H

#include "gen/emit/blueprint.h"

/* What the example computes with: samples, and the parameters that it fills in by itself. */
typedef struct {
    size_t samples;
    double *x, *signals, *target; /* [samples][..] as the solver takes them; signals NULL: it has none */
    double *params;               /* [parameters]: those baked in, or the example's own, noise around centre */
    double centre;
    double *prediction; /* [samples][observations][outputs], for the caller to fill in */
} Example;

/* The same numbers on every machine. */
Example example_new(Arena *arena, const Blueprint *blueprint);

/* How much predictions, relative to known ones, and a derivative by central differences with that step may deviate. */
typedef struct {
    double forward, gradient, step;
} ExampleBounds;

ExampleBounds example_bounds(const Model *model);

/* The direction [parameters] of these differences, which leaves out where the gradient is 0. */
void example_direction(size_t parameters, const double *gradient, double *direction);

/* Its own parameters, if it has some, around that centre. */
void example_centre(Arena *arena, const Blueprint *blueprint, Example *example, double centre);

/* example.c, sealed (seal.h). */
char *example_text(Arena *arena, const Blueprint *blueprint, const Example *example);

#endif
