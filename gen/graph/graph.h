/* graph: a hash-consed expression graph over scalars, vectors and matrices. Equal expressions are one node.
 *
 * A value *varies* when it differs from sample to sample (the state y) and is *shared* when it does not (a weight
 * matrix, the time step). Only shared values are matrices. Node ids grow with creation and arguments are older than
 * what uses them, so the order of ids is an order of evaluation. */
#ifndef COSTATE_GRAPH_H
#define COSTATE_GRAPH_H

#include "gen/base/number.h"
#include "gen/graph/operations.h"

/* OP_CONSTANT to OP_OUTER, in the order of the table. */
#define OP_OF(op, ...) OP_##op,
typedef enum { OPERATIONS(OP_OF, OP_OF, OP_OF, OP_OF, OP_OF) OP_COUNT } Op;
#undef OP_OF

typedef struct {
    unsigned rank; /* 0, 1 or 2 */
    bool varies;
    size_t rows, cols; /* 1 where the rank has no such extent */
} Shape;

typedef struct Node {
    Op op;
    size_t id;
    Shape shape;
    const Number *value; /* OP_CONSTANT */
    const char *name;    /* OP_INPUT */
    size_t from;         /* OP_SLICE, OP_PART, OP_PAD */
    bool branched;       /* a choice between branches (OP_MAX, OP_GE) is part of it: it may be 0 because of that */
    bool infinite;       /* a part of it, or a derivative, may be infinite where the inputs are finite */
    const char *label;   /* what the reader of a dump or of emitted code calls it, or NULL; not part of identity */
    size_t arg_count;
    const struct Node *const *args;
} Node;

typedef struct Graph Graph;

Graph *graph_new(Arena *arena);
Arena *graph_arena(const Graph *graph);
size_t graph_size(const Graph *graph);
const Node *graph_at(const Graph *graph, size_t id);

/* Why the last constructor that returned NULL did so, for people: "K is 2 x 2 and y has 3 rows". */
const char *graph_error(const Graph *graph);

Shape shape_scalar(bool varies);
Shape shape_vector(size_t rows, bool varies);
Shape shape_matrix(size_t rows, size_t cols);
bool shape_equal(Shape a, Shape b);
void shape_text(Text *text, Shape shape); /* "varying vector[2]" */

/* Names a node for readers; the first name stays. */
void graph_label(const Node *node, const char *label);

/* The node maker that all others use: the node with these properties, new or found. */
const Node *graph_node(Graph *graph, Op op, Shape shape, const Node *const *args, size_t arg_count, size_t from);

const Node *graph_constant(Graph *graph, const Number *value);
const Node *graph_integer(Graph *graph, long value);
const Node *graph_input(Graph *graph, const char *name, Shape shape);
const Node *graph_identity(Graph *graph, size_t rows);

/* An input that hands on what was computed elsewhere, which may be 0 because of a branch, or infinite: said before
 * anything is made of the input. */
void graph_carries(const Node *input, bool branched, bool infinite);

/* The constructors below take any shapes that make sense together, spreading scalars over vectors and matrices and
 * shared vectors over the samples; they return NULL (see graph_error) when a shape does not fit or an argument is
 * NULL. */
const Node *graph_unary(Graph *graph, Op op, const Node *x);
const Node *graph_binary(Graph *graph, Op op, const Node *x, const Node *y); /* OP_MUL .. OP_GATE, entry by entry */
/* OP_GATE of x and y, or their product where a constant makes it the same. */
const Node *graph_gated(Graph *graph, const Node *x, const Node *y);
/* A derivative times what moves: the product, but 0 where it is 0 times infinity because of a branch not taken. */
const Node *graph_slope(Graph *graph, const Node *partial, const Node *moves);
/* Can the product of these be 0 times infinity because of such a branch? */
bool node_branches(const Node *partial, const Node *moves);
const Node *graph_add(Graph *graph, const Node *x, const Node *y);
const Node *graph_subtract(Graph *graph, const Node *x, const Node *y);
const Node *graph_negate(Graph *graph, const Node *x);
const Node *graph_scale(Graph *graph, const Node *coefficient, const Node *x); /* coefficient a shared scalar */
/* sum of coefficients[k] terms[k]; count >= 1, all terms of one shape. */
const Node *graph_combine(Graph *graph, size_t count, const Node *const *coefficients, const Node *const *terms,
                          const Node *shift);
const Node *graph_spread(Graph *graph, const Node *x, Shape shape);
const Node *graph_multiply(Graph *graph, const Node *x, const Node *y); /* matrix times vector, or entry by entry */
const Node *graph_matvec(Graph *graph, const Node *a, const Node *x);
const Node *graph_matvec_t(Graph *graph, const Node *a, const Node *x);
const Node *graph_power(Graph *graph, const Node *x, const Node *y);
/* x as a varying vector, for operations that exist for those alone; "`what` takes a vector, not .." */
const Node *graph_varying_vector(Graph *graph, const Node *x, const char *what);
const Node *graph_dot(Graph *graph, const Node *x, const Node *y);
const Node *graph_total(Graph *graph, const Node *x);
const Node *graph_slice(Graph *graph, const Node *x, size_t from, Shape shape);
/* Parts of a shared value that are shared themselves, entry or row `index` (from 0) or `rows` entries from there, and
 * the way back: zeros of that shape, but from real `from` on x. */
const Node *graph_part(Graph *graph, const Node *x, size_t index);
const Node *graph_parts(Graph *graph, const Node *x, size_t index, size_t rows);
const Node *graph_pad(Graph *graph, const Node *x, size_t from, Shape shape);
const Node *graph_concat(Graph *graph, const Node *const *parts, size_t count);
const Node *graph_softmax(Graph *graph, const Node *x);
const Node *graph_logsumexp(Graph *graph, const Node *x);
const Node *graph_logsoftmax(Graph *graph, const Node *x);
const Node *graph_transpose(Graph *graph, const Node *a);
const Node *graph_reduce(Graph *graph, const Node *x);
const Node *graph_outer(Graph *graph, const Node *x, const Node *y);

/* Parts of an OP_COMBINE node. */
size_t combine_terms(const Node *node);
const Node *combine_coefficient(const Node *node, size_t term);
const Node *combine_term(const Node *node, size_t term);
const Node *combine_shift(const Node *node); /* or NULL */

/* A scalar that is the same for all samples: it has no block. */
bool node_is_shared_scalar(const Node *node);
bool node_is_constant(const Node *node, long numerator, long denominator);

/* A node's twin with other arguments: args[k] has the shape of node->args[k]. */
const Node *graph_rebuild(Graph *graph, const Node *node, const Node *const *args);

/* Marks, in marks[0..graph_size), what root stands on, root included, except below nodes that are marked already. */
void graph_mark(const Node *root, bool *marks);

/* What root becomes when every node n with map[n->id] != NULL is replaced by map[n->id]; map has graph_size entries
 * and is filled with what was rebuilt on the way (arena of the graph). */
typedef struct {
    const Node **images;
    size_t size;
} Substitution;
Substitution graph_substitution(Graph *graph);
void graph_replace(Graph *graph, Substitution *map, const Node *node, const Node *image);
const Node *graph_substitute(Graph *graph, Substitution *map, const Node *root);

#endif
