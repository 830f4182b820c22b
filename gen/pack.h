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
} Plan;

/* Schedules all routines. block: samples a block. */
Plan *pack_plan(Arena *arena, const Network *network, size_t block);

/* False, with an error at the spec, when the workspace would be larger than any machine's memory. */
bool pack_check(const Plan *plan, Diagnostics *diagnostics);

/* Arithmetic of one sample: forward pass, and the adjoint pass that follows it in a gradient. */
Cost pack_forward_cost(const Plan *plan);
Cost pack_adjoint_cost(const Plan *plan);

/* The two files to vendor: NAME.h and NAME.c, which includes it and carries its kernels. */
char *pack_header(Arena *arena, const Plan *plan);
char *pack_source(Arena *arena, const Plan *plan);

/* One text for the compiler in memory: kernels are prototypes, nothing is included, and the table of the ABI and the
 * trajectories are there. Symbols have the prefix that the vendored files would have. */
char *pack_jit(Arena *arena, const Plan *plan);

#endif
