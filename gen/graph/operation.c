#include "gen/graph/operation.h"

#include "gen/graph/tensor.h"

#include <math.h>

/* ---- elementwise: the rows' own words; graph is the graph of the node v, x and y are its arguments ---- */

#define zero             NULL
#define one              graph_integer(graph, 1)
#define number(value)    graph_constant(graph, number_from_double(graph_arena(graph), value))
#define apply(op, x)     graph_unary(graph, op, x)
#define add(x, y)        graph_add(graph, x, y)
#define subtract(x, y)   graph_subtract(graph, x, y)
#define negative(x)      graph_negate(graph, x)
#define scaled(value, x) graph_scale(graph, number(value), x)
#define product(x, y)    graph_binary(graph, OP_MUL, x, y) /* also of matrices */
#define quotient(x, y)   graph_binary(graph, OP_DIV, x, y)
#define gated(x, y)      graph_gated(graph, x, y)
#define power(x, y)      graph_binary(graph, OP_POW, x, y)
#define not_less(x, y)   graph_binary(graph, OP_GE, x, y)
#define less(x, y)       subtract(one, not_less(x, y))

#define NOTHING(...)
#define SCALAR(name, formula)                                                                                          \
    static long double name##_scalar(long double x, long double y)                                                     \
    {                                                                                                                  \
        (void)y;                                                                                                       \
        return formula;                                                                                                \
    }
#define PARTIAL(name, letter, formula)                                                                                 \
    static const Node *name##_by_##letter(Graph *graph, const Node *v)                                                 \
    {                                                                                                                  \
        const Node *x = v->args[0], *y = v->args[v->arg_count - 1];                                                    \
        (void)graph, (void)x, (void)y;                                                                                 \
        return formula;                                                                                                \
    }
#define UNARY(op, name, spec, entry, cost, range, value, dx) SCALAR(name, value) PARTIAL(name, x, dx)
#define BINARY(op, name, spec, entry, cost, range, value, dx, dy)                                                      \
    UNARY(op, name, spec, entry, cost, range, value, dx) PARTIAL(name, y, dy)

OPERATIONS(NOTHING, UNARY, BINARY, NOTHING, NOTHING)

#undef UNARY
#undef BINARY
#undef zero
#undef one

/* The partial derivative of an elementwise node by its argument `which`, of the node's shape; NULL where it is zero.
 * That of f4 = tanh(..) is called df4. */
static const Node *partial_of(Graph *graph, const Node *v, size_t which)
{
    const Node *partial = operation(v->op)->partial[which](graph, v);
    if (!partial)
        return NULL;
    partial = graph_spread(graph, partial, v->shape);
    if (v->label && v->arg_count == 1 && partial->arg_count)
        graph_label(partial, text_print(graph_arena(graph), "d%s", v->label));
    return partial;
}

static const Node *pull_elementwise(Graph *graph, const Node *v, const Node *g, size_t which)
{
    const Node *partial = partial_of(graph, v, which);
    if (partial && v->op == OP_GATE)
        return graph_gated(graph, partial, g);
    return partial ? graph_slope(graph, partial, g) : NULL;
}

static const Node *push_elementwise(Graph *graph, const Node *v, const Node *const *dots)
{
    const Node *sum = NULL;
    for (size_t k = 0; k < v->arg_count; k++) {
        const Node *partial = dots[k] ? partial_of(graph, v, k) : NULL;
        if (!partial)
            continue;
        const Node *term = graph_slope(graph, partial, dots[k]);
        sum = sum ? graph_add(graph, sum, term) : term;
    }
    return sum;
}

static void value_elementwise(const Node *v, const long double *const *args, long double *z)
{
    const long double *x = args[0], *y = args[v->arg_count - 1];
    for (size_t i = 0; i < v->shape.rows * v->shape.cols; i++)
        z[i] = operation(v->op)->scalar(x[i], y[i]);
}

static Cost cost_elementwise(const Node *v)
{
    const Cost *each = operation(v->op)->each;
    double entries = (double)v->shape.rows;
    return (Cost){each->multiplications * entries, each->additions * entries, each->activations * entries};
}

/* ---- the table ---- */

static const Cost nothing = {0, 0, 0}, one_multiplication = {1, 0, 0}, one_activation = {0, 0, 1};

static Cost cost_leaf(const Node *v)
{
    (void)v;
    return nothing;
}

#define FREE           &nothing
#define MULTIPLICATION &one_multiplication
#define ACTIVATION     &one_activation
#define CALLED(name)   #name
#define HIDDEN(name)   NULL
enum { FINITE, INFINITE, BRANCHED };

#define LEAF(op, row_name, row_call, row_entry)                                                                        \
    [OP_##op] = {.name = #row_name,                                                                                    \
                 .call = row_call,                                                                                     \
                 .entry = row_entry,                                                                                   \
                 .value = tensor_##row_name##_value,                                                                   \
                 .cost = cost_leaf},
#define ELEMENTWISE(op, row_name, count, spec, row_entry, row_cost, range, by_x, by_y)                                 \
    [OP_##op] = {.name = #row_name,                                                                                    \
                 .function = spec(row_name),                                                                           \
                 .arguments = count,                                                                                   \
                 .elementwise = count,                                                                                 \
                 .infinite = (range) == INFINITE,                                                                      \
                 .branches = (range) == BRANCHED,                                                                      \
                 .call = CALL_ENTRIES,                                                                                 \
                 .entry = row_entry,                                                                                   \
                 .scalar = row_name##_scalar,                                                                          \
                 .partial = {by_x, by_y},                                                                              \
                 .each = row_cost,                                                                                     \
                 .pull = pull_elementwise,                                                                             \
                 .push = push_elementwise,                                                                             \
                 .value = value_elementwise,                                                                           \
                 .cost = cost_elementwise},
#define UNARY(op, name, spec, entry, cost, range, value, dx)                                                           \
    ELEMENTWISE(op, name, 1, spec, entry, cost, range, name##_by_x, NULL)
#define BINARY(op, name, spec, entry, cost, range, value, dx, dy)                                                      \
    ELEMENTWISE(op, name, 2, spec, entry, cost, range, name##_by_x, name##_by_y)
#define ROW(op, row_name, row_function, count, row_make, row_call, row_entry)                                          \
    [OP_##op] = {.name = #row_name,                                                                                    \
                 .function = row_function,                                                                             \
                 .arguments = count,                                                                                   \
                 .call = row_call,                                                                                     \
                 .entry = row_entry,                                                                                   \
                 .make = row_make,                                                                                     \
                 .pull = tensor_##row_name##_pull,                                                                     \
                 .push = tensor_##row_name##_push,                                                                     \
                 .value = tensor_##row_name##_value,                                                                   \
                 .cost = tensor_##row_name##_cost},
#define TENSOR(op, name, call, entry) ROW(op, name, NULL, 0, NULL, call, entry)
#define FUNCTION(op, name, function, count, call, entry)                                                               \
    ROW(op, name, function, count, tensor_##name##_make, call, entry)

static const Operation operations[OP_COUNT] = {OPERATIONS(LEAF, UNARY, BINARY, TENSOR, FUNCTION)};

const Operation *operation(Op op)
{
    return &operations[op];
}

const char *operation_name(Op op)
{
    return operations[op].name;
}

size_t operation_elementwise(Op op)
{
    return operations[op].elementwise;
}

Cost operation_cost(const Node *node)
{
    bool sum = operations[node->op].call == CALL_SAMPLES;
    return node->shape.varies || sum ? operations[node->op].cost(node) : nothing;
}
