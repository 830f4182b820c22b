/* blueprint: a network with everything that printing it needs: the edition asked for, all routines scheduled, and the
 * memory that the solver will take. */
#ifndef COSTATE_BLUEPRINT_H
#define COSTATE_BLUEPRINT_H

#include "gen/code/routine_text.h"
#include "gen/code/tape.h"
#include "gen/network/network.h"

enum { LARGEST_BLOCK = 64 /* samples */ };

/* What a user may choose about a solver. */
typedef struct {
    size_t block;         /* samples a block: 1, 2, 4, .. LARGEST_BLOCK */
    const double *params; /* [parameters]: trained parameters that become constants of the solver; or NULL */
    const double *initial; /* [parameters]: where training begins, which a trainer carries along; or NULL */
    bool trainable;       /* these are only where training begins, and all functions are there */
    bool trainer;         /* with a training step */
    bool hessian;         /* with products of the Hessian */
    bool step;            /* with functions of one layer and of its field, and with Jacobians */
    const Intake *intake; /* of the rows that it takes; NULL: they are the network's own inputs */
    bool amalgamated;     /* as one header */
    Form form;            /* of the routines; FORM_BEST but to compare */
} Edition;

typedef struct {
    const Network *network;
    Edition edition;
    Record records[ORDER_COUNT];
    Tape tape;
    Schedule schedules[ROUTINE_COUNT];
    size_t scratch_rows, solutions_scratch_rows; /* the second: of the routine that is the program's own */
    size_t workspace_bytes, forward_workspace_bytes, training_workspace_bytes;
    size_t hessian_workspace_bytes, step_workspace_bytes, jacobian_workspace_bytes;
    /* trajectories, and how equations were solved on the way, are the program's own, not the user's */
    size_t trajectory_workspace_bytes, solutions_workspace_bytes;
    size_t equations, unknowns; /* of a step: what solves them */
} Blueprint;

/* Schedules all routines that the edition needs. */
Blueprint *blueprint_new(Arena *arena, const Network *network, const Edition *edition);

/* The one whose routines are calls of kernels (FORM_CALLS): the same, or one that records more. */
const Blueprint *blueprint_of_calls(Arena *arena, const Blueprint *blueprint);

/* False, with an error at the spec, when the workspace would be larger than any machine's memory, or a constant is
 * beyond the range of the solver's numbers. */
bool blueprint_check(const Blueprint *blueprint, Diagnostics *diagnostics);

/* Does the solver carry its parameters and nothing but the forward pass? */
bool blueprint_forward_only(const Blueprint *blueprint);

/* Are the Jacobians of predictions by the inputs computed forward, as their columns are fewer than their rows? */
bool blueprint_has_tangents(const Blueprint *blueprint);

/* Does the solver go back through all layers? */
bool blueprint_goes_back(const Blueprint *blueprint);

/* Is the routine part of the solver? */
bool blueprint_has(const Blueprint *blueprint, RoutineId routine);

/* Is it part of what the program compiles for itself alone? */
bool blueprint_keeps(RoutineId routine);

/* Bytes that a block is aligned to: those of the widest vector that can be used, but no more than a block's. */
size_t blueprint_alignment(const Blueprint *blueprint);

#endif
