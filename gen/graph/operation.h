/* operation: what each operation is, in one place: its names, its kernel, its cost, its value and its derivatives. The
 * rows are in operations.h. */
#ifndef COSTATE_OPERATION_H
#define COSTATE_OPERATION_H

#include "gen/graph/graph.h"

/* Operations a sample: multiplications and divisions, additions, evaluations of a transcendental function. */
typedef struct {
    double multiplications, additions, activations;
} Cost;

/* The call of its kernel, costate_NAME(.., z, arguments); what stands before the result z: */
typedef enum {
    CALL_NONE,      /* there is none: it lies in its argument's memory, or is a constant */
    CALL_LOAD,      /* a tensor that is copied where kernels expect it */
    CALL_SQUARE,    /* its rows */
    CALL_ENTRIES,   /* its reals */
    CALL_ROWS,      /* the rows of its first argument */
    CALL_TRANSPOSE, /* rows and columns of its first argument */
    CALL_PRODUCT,   /* the same; `affine` where a vector is added */
    CALL_DOT,       /* as CALL_ROWS; `inner` of shared values */
    CALL_COMBINE,   /* `linear`, `combine1`, ... */
    CALL_SPREAD,    /* `fill`, `spread` or `broadcast` */
    CALL_CONCAT,    /* `copy` or `fill` of each argument */
    CALL_PART,      /* `copy`, into zeros where the argument is the smaller one */
    CALL_NEWTON,    /* a loop, in which `newton` is the last of several */
    CALL_FACTOR,    /* `entries` or `constants` of each argument, then its rows */
    CALL_SOLVE,     /* its rows, its first argument behind the second */
    CALL_SAMPLES    /* its extents; adds to what z points to */
} KernelCall;

/* One entry of a sample as a C expression: */
typedef enum {
    ENTRY_NONE,     /* there is none: only a kernel does it */
    ENTRY_CONSTANT, /* a literal */
    ENTRY_INPUT,    /* a name */
    ENTRY_TIMES,    /* x * y */
    ENTRY_OVER,     /* x / y */
    ENTRY_FUNCTION, /* costate_vec_NAME(x, y) */
    ENTRY_SUM,      /* c1 * x1 + c2 * x2 + ... */
    ENTRY_SPREAD,   /* the scalar, or the row of the shared vector */
    ENTRY_PART,     /* the row of an argument that is there */
    ENTRY_PRODUCT,  /* a row times all rows of x */
    ENTRY_DOT,      /* x1 * y1 + x2 * y2 + ... */
    ENTRY_TOTAL     /* x1 + x2 + ... */
} EntryForm;

/* Derivatives and value of a node v. g is the costate of v; the result is what v gives that of argument `which`, or
 * NULL for nothing. dots[k] is how argument k moves, NULL where it does not, and one moves at least; the result is how
 * v moves, or NULL. args[k] is the value of argument k, z [rows][cols] that of v. Cost: of a sample. */
typedef const Node *TensorPull(Graph *graph, const Node *v, const Node *g, size_t which);
typedef const Node *TensorPush(Graph *graph, const Node *v, const Node *const *dots);
typedef void TensorValue(const Node *v, const long double *const *args, long double *z);
typedef Cost TensorCost(const Node *v);

/* The node of that operation for these arguments; NULL, with the graph's error set, when they do not fit. */
typedef const Node *TensorMake(Graph *graph, const Node *const *args, size_t count);

/* Of elementwise operations: the value, and the partial derivative of node v by an argument, of any shape that can be
 * spread to that of v; NULL where it is zero. */
typedef long double EntryValue(long double x, long double y);
typedef const Node *EntryPartial(Graph *graph, const Node *v);

typedef struct {
    const char *name;     /* in dumps, and of the kernel */
    const char *function; /* that a spec calls, or NULL */
    size_t arguments;     /* of that function; 0: one or more */
    size_t elementwise;   /* number of arguments of an elementwise operation; 0 for all others */
    bool infinite;        /* may its value, or its derivative, be so where the arguments are not? */
    bool branches;        /* may one of them be 0 because of a branch? */
    KernelCall call;
    EntryForm entry;
    EntryValue *scalar;       /* NULL but for elementwise operations */
    EntryPartial *partial[2]; /* the same */
    const Cost *each;         /* the cost of an entry, of elementwise operations */
    TensorMake *make;         /* NULL for elementwise operations, and where there is no function */
    TensorPull *pull;         /* NULL, as push, for what has no arguments */
    TensorPush *push;
    TensorValue *value;
    TensorCost *cost;
} Operation;

const Operation *operation(Op op);

/* The operation's name. */
const char *operation_name(Op op);

/* Number of arguments of an elementwise operation; 0 for all others. */
size_t operation_elementwise(Op op);

/* The cost of a sample. Shared values are computed once for many samples and count nothing, but for sums over them. */
Cost operation_cost(const Node *node);

#endif
