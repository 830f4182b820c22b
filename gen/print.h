/* print: C text of scheduled routines. The text is written for the prefix `costate_`, like the templates; pack gives
 * it the solver's own. */
#ifndef COSTATE_PRINT_H
#define COSTATE_PRINT_H

#include "schedule.h"

/* Which block kernels a text calls: names as in templates/kernels.c. */
typedef struct {
    Arena *arena;
    const char **names;
    size_t count, capacity;
} KernelUse;

void kernel_use(KernelUse *use, const char *name);

/* One routine as a static function, with its comment; the kernels it calls are added to use. loops: elementwise
 * statements that follow each other share a loop over vectors, which is for compilers that have them; else each is a
 * kernel's call. */
void print_routine(Text *text, const Network *network, const Schedule *schedule, bool loops, KernelUse *use);

/* A constant as C: "1", "0.5", "1.0 / 6", or the shortest decimal that reads back. With suffix f when single. */
void print_constant(Text *text, const Rational *value, bool single);

/* The shortest decimal literal that reads back as the same double, or float. */
void print_real(Text *text, double value, bool single);

#endif
