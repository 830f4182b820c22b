/* targets: everything that costate reads of others, each as one function of bytes. libFuzzer calls them (fuzzer.c), and
 * `make check` does with all inputs that are kept (tests/unit/test_fuzz.c). They end the process where something is
 * wrong that no sanitizer sees. */
#ifndef COSTATE_TARGETS_H
#define COSTATE_TARGETS_H

#include "gen/base/diagnostics.h"

#include <stdint.h>

/* One input: data[0..size), closed by a NUL, and the same as a file. */
typedef struct {
    Arena *arena;
    Diagnostics *diagnostics;
    const char *path;
    const char *data;
    size_t size;
} Input;

typedef struct {
    const char *name; /* also of its folder in inputs/ */
    const char *file; /* what a file of it is called */
    void (*run)(Input *input);
    bool written; /* it reads the file, not the data */
    bool spec;    /* it is the text of a spec: the fuzzer mutates that (mutate.h) */
} Target;

enum { TARGETS = 14 };
extern const Target targets[TARGETS];

/* The target of that name, or NULL. */
const Target *target_named(const char *name);

/* Runs the target on data[0..size) with what it writes in `folder`; the number of errors that it reports. It may run
 * out of memory, which is an error, too. */
size_t target_run(const Target *target, const char *folder, const void *data, size_t size);

/* A whole spec: to C text of every form, and its gradient against the reference in long double. */
void target_spec(Input *input);

/* A line of it says what went wrong, and the process ends. */
_Noreturn void target_fail(const char *format, ...) COSTATE_FORMAT(1, 2);

#endif
