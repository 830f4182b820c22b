/* pack: puts a solver's text together: what it is, kernels, scheduled routines, driver. */
#ifndef COSTATE_PACK_H
#define COSTATE_PACK_H

#include "network.h"
#include "schedule.h"

enum { PACK_BLOCK = 64 /* samples a block */ };

/* A network with everything that printing it needs. */
typedef struct {
    const Network *network;
    Record record;
    Schedule schedules[ROUTINE_COUNT];
    size_t block, scratch_rows;
    size_t workspace_bytes, forward_workspace_bytes;
} Blueprint;

/* Schedules all routines. block: samples a block. */
Blueprint *pack_blueprint(Arena *arena, const Network *network, size_t block);

/* False, with an error at the spec, when the workspace would be larger than any machine's memory. */
bool pack_check(const Blueprint *blueprint, Diagnostics *diagnostics);

/* Arithmetic of one sample: forward pass, and the adjoint pass that follows it in a gradient. */
Cost pack_forward_cost(const Blueprint *blueprint);
Cost pack_adjoint_cost(const Blueprint *blueprint);

/* The two files to vendor: NAME.h and NAME.c, which includes it and carries its kernels. */
char *pack_header(Arena *arena, const Blueprint *blueprint);
char *pack_source(Arena *arena, const Blueprint *blueprint);

/* One text for the compiler in memory: kernels are prototypes, nothing is included, and the table of the ABI and the
 * trajectories are there. Symbols have the prefix that the vendored files would have. */
char *pack_jit(Arena *arena, const Blueprint *blueprint);

#endif
