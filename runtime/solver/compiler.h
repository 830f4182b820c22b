/* compiler: the system's C compiler, run in the background. */
#ifndef COSTATE_COMPILER_H
#define COSTATE_COMPILER_H

#include "gen/base/diagnostics.h"
#include "runtime/system/process.h"

typedef struct {
    const char *const *words; /* how it is called, closed by NULL */
    const char *version;      /* what it prints about itself, under its words */
} Compiler;

/* What the environment variable CC says, cut at blanks (no shell looks at it, and quotes mean nothing), or else cc.
 * NULL, with an error, where there is none, or where it does not tell its version within `seconds`. */
const Compiler *compiler_find(Arena *arena, Diagnostics *diagnostics, double seconds);

/* A compilation under way in a folder, which holds its temporary files, too, and stays the caller's. To stop it, stop
 * its process. */
typedef struct {
    Process process;
    const char *name, *folder; /* of the compiler; where it works */
    const char *object;        /* the shared object that it makes */
    double deadline;           /* of clock_seconds */
} Compilation;

typedef enum { COMPILER_WORKING, COMPILER_DONE, COMPILER_FAILED } CompilerState;

/* Starts compiling text with `flags`, which blanks separate, in the empty folder; that may take `seconds`. NULL, with
 * an error, when it cannot be started. */
Compilation *compiler_start(Arena *arena, Diagnostics *diagnostics, const Compiler *compiler, const char *flags,
                            const char *text, const char *folder, double seconds);

/* How is it? FAILED with an error: what the compiler says, or that it took too long and was stopped. */
CompilerState compiler_look(Arena *arena, Diagnostics *diagnostics, Compilation *compilation);

#endif
