/* pack: puts a solver's text together: what it is, kernels, scheduled routines, driver. */
#ifndef COSTATE_PACK_H
#define COSTATE_PACK_H

#include "gen/network/network.h"
#include "gen/code/routine_text.h"
#include "gen/code/tape.h"

enum { PACK_BLOCK = 64 /* samples a block */ };

/* What a user may choose about a solver. */
typedef struct {
    size_t block;         /* samples a block: 1, 2, 4, .. 64 */
    const double *params; /* [parameters]: trained parameters that become constants of the solver; or NULL */
    bool trainable;       /* these are only where training begins, and all functions are there */
    bool trainer;         /* with a training step */
    bool amalgamated;     /* as one header */
    Form form;            /* of the routines; FORM_BEST but to compare */
} Edition;

/* A network with everything that printing it needs. */
typedef struct {
    const Network *network;
    Edition edition;
    Record record;
    Tape tape;
    Schedule schedules[ROUTINE_COUNT];
    size_t scratch_rows;
    size_t workspace_bytes, forward_workspace_bytes, training_workspace_bytes;
    size_t trajectory_workspace_bytes; /* trajectories are the program's own, not the user's */
} Blueprint;

/* Schedules all routines that the edition needs. */
Blueprint *pack_blueprint(Arena *arena, const Network *network, const Edition *edition);

/* Does the solver carry its parameters and nothing but the forward pass? */
bool pack_forward_only(const Blueprint *blueprint);

/* Does the flag of a template hold for this solver? context is its blueprint. */
bool pack_flag(const void *context, const char *flag);

/* False, with an error at the spec, when the workspace would be larger than any machine's memory. */
bool pack_check(const Blueprint *blueprint, Diagnostics *diagnostics);

/* Arithmetic of one sample: forward pass, and the adjoint pass that follows it in a gradient, with the steps that it
 * takes again. */
Cost pack_forward_cost(const Blueprint *blueprint);
Cost pack_adjoint_cost(const Blueprint *blueprint);

/* The two files to vendor: NAME.h and NAME.c, which includes it and carries its kernels. */
char *pack_header(Arena *arena, const Blueprint *blueprint);
char *pack_source(Arena *arena, const Blueprint *blueprint);

/* Both in one NAME.h, whose second part is there where NAME_IMPLEMENTATION is defined. The texts are sealed (seal.h).
 */
char *pack_amalgamation(Arena *arena, const Blueprint *blueprint);

/* C text written for the prefix `costate_` as the solver's own: renamed, in lines of the usual length, sealed. */
char *pack_finish(Arena *arena, const Blueprint *blueprint, const Text *text);

/* One text for the compiler in memory: kernels are prototypes, nothing is included, and the table of the ABI and the
 * trajectories are there. Symbols have the prefix that the vendored files would have. */
char *pack_jit(Arena *arena, const Blueprint *blueprint);

/* One text for a C compiler: what pack_header and pack_source give but for the comment on top, with the table of the
 * ABI and the trajectories. */
char *pack_library(Arena *arena, const Blueprint *blueprint);

#endif
