/* library: a rival of tests/bench/rivals/ in this process. */
#ifndef COSTATE_BENCH_LIBRARY_H
#define COSTATE_BENCH_LIBRARY_H

#include "workload.h"

typedef struct Library Library;

/* out/build/rival_NAME.so; NULL, with a line that says which package it needs, where it was not built. */
Library *library_open(Arena *arena, const char *name, const char *package);

/* Does it take workload, one of Kutta(4) in double with one output? */
bool library_takes(const Workload *workload);

/* Hands it the workload, whose gradient has been computed; false where its objective or gradient is another. */
bool library_load(Library *library, const Workload *workload);

/* Which of its ways is the fastest for the workload. */
const char *library_way(const Library *library);

/* A contestant; context is the library. */
double library_gradient(void *context);

#endif
