/* native: the second tier of the JIT: the text of a vendored solver, compiled by the system's C compiler and loaded.
 *
 * It is compiled for the instruction set of the kernels that are in use, not for the processor at hand, so that an
 * entry of the cache runs wherever it is looked up, also where a home is shared by machines. What it computes agrees
 * with libtcc's code to rounding, not to the bit: the two contract a*b+c at different places. So a training is
 * repeatable to the bit under BACKEND_TCC and BACKEND_CC, each with itself, but not under BACKEND_AUTO, where the clock
 * decides from which evaluation on the faster code is used. BACKEND_TCC is the default. */
#ifndef COSTATE_NATIVE_H
#define COSTATE_NATIVE_H

#include "gen/gen.h"
#include "runtime/solver/kernels.h"

typedef struct Native Native;
struct costate_table; /* templates/abi.h */

typedef enum {
    NATIVE_PENDING,    /* the code is not there yet */
    NATIVE_READY,      /* the table is filled in */
    NATIVE_UNUSABLE,   /* it will not be there; a warning says why */
    NATIVE_INTERRUPTED /* ^C or SIGTERM came */
} NativeState;

/* Looks for the program's code in the cache: *native is READY, PENDING or UNUSABLE. libtcc is the table of the code
 * that libtcc made of the program, which the code must agree with. It lives, and a compiler works, no longer than
 * arena. */
Native *native_new(Arena *arena, Diagnostics *diagnostics, const Program *program, const KernelSet *kernels,
                   const struct costate_table *libtcc);

/* Where it stands, while it compiles in the background. Compiling begins with the call NATIVE_PATIENCE: who evaluates
 * once or twice has no use for it. Made for being called before every evaluation: a few hundred nanoseconds. */
enum { NATIVE_PATIENCE = 20 };
NativeState native_look(Native *native, struct costate_table *table);

/* Compiles now, and waits. */
NativeState native_wait(Native *native, struct costate_table *table);

#endif
