/* routine: one function of the solver as expressions: what it reads, what it computes, where the results go.
 *
 * Blocks are values of COSTATE_BLOCK samples, [rows][block]. A *record* is what one layer leaves for its adjoint beside
 * its state y: the stage values that the adjoint refers to; that of the second order, how they move as well. */
#ifndef COSTATE_ROUTINE_H
#define COSTATE_ROUTINE_H

#include "gen/graph/graph.h"

/* What a parameter of a routine is. */
typedef enum {
    ROLE_SHARED,  /* an array that is laid out as the parameters are, the same for all samples */
    ROLE_LAYER,   /* the number of a layer */
    ROLE_SAMPLE,  /* a block of `rows` values a sample */
    ROLE_RECORD,  /* the record of the layer */
    ROLE_TOTAL,   /* one number that the samples' values are added to */
    ROLE_SCRATCH, /* memory that carries nothing */
} Role;

/* One parameter of the function, in the order of its list: printer, interpreter and driver read this and nothing else.
 */
typedef struct {
    const char *name;
    Role role;
    bool constant; /* only read */
    size_t rows;   /* ROLE_SAMPLE */
} RoutineParameter;

/* Where a shared value lies in the parameter called `array` ("params", "params_dot", "gradient"): at offset + stride *
 * floor(layer / span), where layer is the parameter of that name; span 0: one value serves all layers. */
typedef struct {
    const char *array;
    size_t offset, stride, span;
    const char *layer; /* "layer", or "next" */
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
    RESULT_OBJECTIVE   /* a shared scalar, added to the total that is passed under `name` */
} ResultKind;

typedef struct {
    ResultKind kind;
    const Node *node;
    const char *name; /* of the C variable */
    Location location;
} RoutineResult;

typedef enum { RECORD_NONE, RECORD_WRITE, RECORD_READ } RecordUse;

/* Whose record that is. */
typedef enum { ORDER_FIRST, ORDER_SECOND, ORDER_COUNT } Order;

typedef struct {
    const char *name;    /* "step_adjoint" */
    const char *comment; /* what it computes, for the reader of the emitted text */
    RoutineParameter *parameters;
    size_t parameter_count, parameter_capacity;
    RecordUse record;
    Order order; /* of the record */
    bool loads;  /* copies shared tensors to padded buffers before it computes with them */
    RoutineInput *inputs;
    size_t input_count, input_capacity;
    RoutineResult *results;
    size_t result_count, result_capacity;
} Routine;

void routine_parameter(Arena *arena, Routine *routine, RoutineParameter parameter);
void routine_input(Arena *arena, Routine *routine, RoutineInput input);
void routine_result(Arena *arena, Routine *routine, RoutineResult result);

/* The parameter of that name, or NULL. */
const RoutineParameter *routine_find(const Routine *routine, const char *name);

/* The place of a layer's value, in reals from the beginning of its array. */
size_t location_at(const Location *location, size_t layer);

/* Marks in marks[0..graph_size) what the results stand on. */
void routine_mark(const Routine *routine, bool *marks);

#endif
