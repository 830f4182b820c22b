/* schedule: the order in which a routine computes its values, and where each lies meanwhile.
 *
 * Everything downstream (block kernels for the JIT, the vendored text, operation counts) is printed from this one
 * schedule. */
#ifndef COSTATE_SCHEDULE_H
#define COSTATE_SCHEDULE_H

#include "gen/code/record.h"
#include "gen/graph/operation.h"

enum {
    LONGEST_KERNEL_SUM = 8, /* combine1 .. combine8 of templates/kernels.c */
    MOST_FEW = 4            /* rows, or columns, that a loop over the rows of others does all at a time */
};

typedef enum {
    AT_NOWHERE,  /* computed where it is used: a scalar expression, or not at all */
    AT_VARIABLE, /* a routine's argument or a local that points into a parameter array: `name` */
    AT_RECORD,   /* rows `offset` .. of the record */
    AT_SCRATCH   /* rows `offset` .. of the scratch memory */
} Residence;

/* Where a node's value lies; offsets count rows of a block. */
typedef struct {
    Residence residence;
    const char *name;
    size_t offset;
} Storage;

typedef enum {
    STATEMENT_COMPUTE, /* node, into its storage */
    STATEMENT_BEGIN,   /* node, an equation, is iterated: its unknown starts */
    STATEMENT_TEST,    /* its image is there: on to the end where nothing changes any more */
    STATEMENT_END,     /* its factors are there: the next value of its unknown, and back to the beginning */
    STATEMENT_RESULT   /* hand `result` over: copy, store or accumulate; node is the result's */
} StatementKind;

typedef struct {
    StatementKind kind;
    const Node *node;
    const RoutineResult *result;
} Statement;

typedef struct {
    const Routine *routine;
    Statement *statements;
    size_t count;
    Storage *storage;      /* by node id */
    size_t *last_use;      /* by node id: index of the last statement that reads the value from its memory; 0: none */
    const Node **equation; /* by node id: on whose unknown the value depends, or NULL; that unknown lies where the
                            * equation's value does */
    const Node **whole;    /* by node id: the concatenation that the value is computed straight into, or NULL */
    const Node **also;     /* by node id: the concatenation, a result, that has the value beside its record, or NULL */
    size_t *whole_row;     /* by node id: the row of either where it begins */
    Storage *aside;        /* by node id: of an equation, what its kernels remember from iteration to iteration */
    size_t block;          /* samples a block */
    bool rows;             /* the lanes of a vector are rows of the sample, of which a block has one; else samples */
    bool lean;             /* its record is */
    size_t scratch_rows;   /* scratch memory, in rows of a block */
    Cost cost;             /* a sample */
} Schedule;

/* Requires: node ids in an order of evaluation, tape as the record says. A value that nothing needs any longer gives
 * its memory to the next. block: samples a block. */
Schedule schedule_routine(const Network *network, const Routine *routine, const Record *record, size_t block);

/* A shared scalar that C's own operators compute. */
bool schedule_is_arithmetic(const Node *node);

/* The reals that a node's value takes in a buffer. Shared values are padded so that kernels need no remainder loop. */
size_t schedule_reals(const Node *node, size_t block);

/* The rows of a block that its buffer takes, with what its kernel needs besides the value. */
size_t schedule_rows(const Node *node, size_t block);

/* The rows of a block that the kernels of an equation take beside its value. */
size_t schedule_aside(const Node *newton);

/* A dump for people, one line a statement. */
void schedule_text(Text *text, const Schedule *schedule);

#endif
