/* routine: one function of the solver as expressions: what it reads, what it computes, where the results go.
 *
 * Blocks are values of COSTATE_BLOCK samples, [rows][block]. A *record* is what one layer leaves for its adjoint beside
 * its state y: the stage values that the adjoint refers to. */
#ifndef COSTATE_ROUTINE_H
#define COSTATE_ROUTINE_H

#include "gen/graph/graph.h"

/* Where a shared value lies in the array `array` ("params", "params_dot", "gradient"): at offset + layer * stride. */
typedef struct {
    const char *array;
    size_t offset, stride;
} Location;

typedef struct {
    const Node *node;     /* OP_INPUT */
    const char *variable; /* its C variable */
    Location location;    /* array NULL: a block that is passed under that name */
} RoutineInput;

typedef enum {
    RESULT_BLOCK,      /* a varying value, into the block that is passed under `name` */
    RESULT_STORE,      /* a shared value, into its location */
    RESULT_ACCUMULATE, /* a shared value, added to what is at its location */
    RESULT_OBJECTIVE   /* a shared scalar, added to *objective */
} ResultKind;

typedef struct {
    ResultKind kind;
    const Node *node;
    const char *name; /* of the C variable */
    Location location;
} RoutineResult;

typedef enum { RECORD_NONE, RECORD_WRITE, RECORD_READ } RecordUse;

typedef struct {
    const char *name;       /* "step_adjoint" */
    const char *comment;    /* what it computes, for the reader of the emitted text */
    const char *parameters; /* C parameter list, R standing for the real type */
    RecordUse record;
    bool loads; /* copies shared tensors to padded buffers before it computes with them */
    RoutineInput *inputs;
    size_t input_count, input_capacity;
    RoutineResult *results;
    size_t result_count, result_capacity;
} Routine;

void routine_input(Arena *arena, Routine *routine, RoutineInput input);
void routine_result(Arena *arena, Routine *routine, RoutineResult result);

/* Marks in marks[0..graph_size) what the results stand on. */
void routine_mark(const Routine *routine, bool *marks);

#endif
