#include "gen/graph/operation.h"

#include <assert.h>
#include <math.h>
#include <string.h>

typedef const Node *Partial(Graph *graph, const Node *node);
typedef long double Value(long double x, long double y);

/* ---- derivatives; v is the node, x and y its arguments ---- */

static const Node *number(Graph *graph, long value)
{
    return graph_integer(graph, value);
}

/* Entry by entry, also for matrices. */
static const Node *product(Graph *graph, const Node *x, const Node *y)
{
    return graph_binary(graph, OP_MUL, x, y);
}

static const Node *d_exp(Graph *graph, const Node *v)
{
    (void)graph;
    return v;
}

static const Node *d_expm1(Graph *graph, const Node *v)
{
    return graph_add(graph, v, number(graph, 1));
}

static const Node *d_log(Graph *graph, const Node *v)
{
    return graph_binary(graph, OP_DIV, number(graph, 1), v->args[0]);
}

static const Node *d_log1p(Graph *graph, const Node *v)
{
    return graph_binary(graph, OP_DIV, number(graph, 1), graph_add(graph, v->args[0], number(graph, 1)));
}

static const Node *d_log1pexp(Graph *graph, const Node *v)
{
    return graph_unary(graph, OP_SIGMOID, v->args[0]);
}

static const Node *d_tanh(Graph *graph, const Node *v)
{
    return graph_subtract(graph, number(graph, 1), product(graph, v, v));
}

static const Node *d_sigmoid(Graph *graph, const Node *v)
{
    return graph_subtract(graph, v, product(graph, v, v));
}

static const Node *d_sin(Graph *graph, const Node *v)
{
    return graph_unary(graph, OP_COS, v->args[0]);
}

static const Node *d_cos(Graph *graph, const Node *v)
{
    return graph_negate(graph, graph_unary(graph, OP_SIN, v->args[0]));
}

static const Node *d_sqrt(Graph *graph, const Node *v)
{
    return graph_binary(graph, OP_DIV, graph_constant(graph, rational_ratio(graph_arena(graph), 1, 2)), v);
}

static const Node *d_erf(Graph *graph, const Node *v)
{
    const Rational *two_over_sqrt_pi = rational_from_double(graph_arena(graph), 1.12837916709551257390);
    const Node *square = product(graph, v->args[0], v->args[0]);
    return graph_scale(graph, graph_constant(graph, two_over_sqrt_pi),
                       graph_unary(graph, OP_EXP, graph_negate(graph, square)));
}

static const Node *d_abs(Graph *graph, const Node *v)
{
    return graph_unary(graph, OP_SIGN, v->args[0]);
}

static const Node *dx_mul(Graph *graph, const Node *v)
{
    (void)graph;
    return v->args[1];
}

static const Node *dy_mul(Graph *graph, const Node *v)
{
    (void)graph;
    return v->args[0];
}

static const Node *dx_div(Graph *graph, const Node *v)
{
    return graph_binary(graph, OP_DIV, number(graph, 1), v->args[1]);
}

static const Node *dy_div(Graph *graph, const Node *v)
{
    return graph_negate(graph, graph_binary(graph, OP_DIV, v, v->args[1]));
}

/* y x^(y-1), written so that x = 0 gives what the limit is. */
static const Node *dx_pow(Graph *graph, const Node *v)
{
    const Node *lower = graph_subtract(graph, v->args[1], number(graph, 1));
    return product(graph, v->args[1], graph_binary(graph, OP_POW, v->args[0], lower));
}

static const Node *dy_pow(Graph *graph, const Node *v)
{
    return product(graph, v, graph_unary(graph, OP_LOG, v->args[0]));
}

static const Node *dx_max(Graph *graph, const Node *v)
{
    return graph_binary(graph, OP_GE, v->args[0], v->args[1]);
}

static const Node *dy_max(Graph *graph, const Node *v)
{
    return graph_subtract(graph, number(graph, 1), dx_max(graph, v));
}

static const Node *dx_min(Graph *graph, const Node *v)
{
    return graph_binary(graph, OP_GE, v->args[1], v->args[0]);
}

static const Node *dy_min(Graph *graph, const Node *v)
{
    return graph_subtract(graph, number(graph, 1), dx_min(graph, v));
}

/* ---- values ---- */

#define VALUE(name, expression)                                                                                        \
    static long double name(long double x, long double y)                                                              \
    {                                                                                                                  \
        (void)y;                                                                                                       \
        return expression;                                                                                             \
    }
VALUE(v_exp, expl(x))
VALUE(v_expm1, expm1l(x))
VALUE(v_log, logl(x))
VALUE(v_log1p, log1pl(x))
VALUE(v_log1pexp, x > 0 ? x + log1pl(expl(-x)) : log1pl(expl(x)))
VALUE(v_tanh, tanhl(x))
VALUE(v_sigmoid, x > 0 ? 1 / (1 + expl(-x)) : expl(x) / (1 + expl(x)))
VALUE(v_sin, sinl(x))
VALUE(v_cos, cosl(x))
VALUE(v_sqrt, sqrtl(x))
VALUE(v_erf, erfl(x))
VALUE(v_abs, fabsl(x))
VALUE(v_sign, (long double)(x > 0) - (long double)(x < 0))
VALUE(v_mul, x *y)
VALUE(v_div, x / y)
VALUE(v_pow, powl(x, y))
VALUE(v_max, x >= y ? x : y)
VALUE(v_min, x <= y ? x : y)
VALUE(v_ge, x >= y)

/* ---- the table ---- */

typedef struct {
    char name[24];
    size_t elementwise; /* number of arguments, or 0 */
    bool function;      /* a spec may call it */
    Value *value;
    Partial *partial[2]; /* NULL: zero */
    Cost cost;           /* an entry */
} Operation;

static const Operation operations[OP_COUNT] = {
    [OP_CONSTANT] = {"constant", 0, false, NULL, {NULL}, {0, 0, 0}},
    [OP_INPUT] = {"input", 0, false, NULL, {NULL}, {0, 0, 0}},
    [OP_IDENTITY] = {"identity", 0, false, NULL, {NULL}, {0, 0, 0}},
    [OP_EXP] = {"exp", 1, true, v_exp, {d_exp}, {0, 0, 1}},
    [OP_EXPM1] = {"expm1", 1, true, v_expm1, {d_expm1}, {0, 0, 1}},
    [OP_LOG] = {"log", 1, true, v_log, {d_log}, {0, 0, 1}},
    [OP_LOG1P] = {"log1p", 1, true, v_log1p, {d_log1p}, {0, 0, 1}},
    [OP_LOG1PEXP] = {"log1pexp", 1, true, v_log1pexp, {d_log1pexp}, {0, 0, 1}},
    [OP_TANH] = {"tanh", 1, true, v_tanh, {d_tanh}, {0, 0, 1}},
    [OP_SIGMOID] = {"sigmoid", 1, true, v_sigmoid, {d_sigmoid}, {0, 0, 1}},
    [OP_SIN] = {"sin", 1, true, v_sin, {d_sin}, {0, 0, 1}},
    [OP_COS] = {"cos", 1, true, v_cos, {d_cos}, {0, 0, 1}},
    [OP_SQRT] = {"sqrt", 1, true, v_sqrt, {d_sqrt}, {0, 0, 1}},
    [OP_ERF] = {"erf", 1, true, v_erf, {d_erf}, {0, 0, 1}},
    [OP_ABS] = {"abs", 1, true, v_abs, {d_abs}, {0, 0, 0}},
    [OP_SIGN] = {"sign", 1, true, v_sign, {NULL}, {0, 0, 0}},
    [OP_MUL] = {"mul", 2, false, v_mul, {dx_mul, dy_mul}, {1, 0, 0}},
    [OP_DIV] = {"div", 2, false, v_div, {dx_div, dy_div}, {1, 0, 0}},
    [OP_POW] = {"pow", 2, false, v_pow, {dx_pow, dy_pow}, {0, 0, 1}},
    [OP_MAX] = {"max", 2, true, v_max, {dx_max, dy_max}, {0, 0, 0}},
    [OP_MIN] = {"min", 2, true, v_min, {dx_min, dy_min}, {0, 0, 0}},
    [OP_GE] = {"ge", 2, false, v_ge, {NULL, NULL}, {0, 0, 0}},
    [OP_COMBINE] = {"combine", 0, false, NULL, {NULL}, {0, 0, 0}},
    [OP_SPREAD] = {"spread", 0, false, NULL, {NULL}, {0, 0, 0}},
    [OP_MATVEC] = {"matvec", 0, false, NULL, {NULL}, {0, 0, 0}},
    [OP_MATVEC_T] = {"matvec_transposed", 0, false, NULL, {NULL}, {0, 0, 0}},
    [OP_DOT] = {"dot_product", 0, false, NULL, {NULL}, {0, 0, 0}},
    [OP_TOTAL] = {"total", 0, false, NULL, {NULL}, {0, 0, 0}},
    [OP_SLICE] = {"slice", 0, false, NULL, {NULL}, {0, 0, 0}},
    [OP_CONCAT] = {"concat", 0, false, NULL, {NULL}, {0, 0, 0}},
    [OP_SOFTMAX] = {"softmax", 0, false, NULL, {NULL}, {0, 0, 0}},
    [OP_LOGSUMEXP] = {"logsumexp", 0, false, NULL, {NULL}, {0, 0, 0}},
    [OP_TRANSPOSE] = {"transpose", 0, false, NULL, {NULL}, {0, 0, 0}},
    [OP_REDUCE] = {"reduce", 0, false, NULL, {NULL}, {0, 0, 0}},
    [OP_OUTER] = {"outer", 0, false, NULL, {NULL}, {0, 0, 0}},
};

const char *operation_name(Op op)
{
    return operations[op].name;
}

size_t operation_elementwise(Op op)
{
    return operations[op].elementwise;
}

Op operation_function(const char *name, size_t arguments)
{
    for (Op op = 0; op < OP_COUNT; op++)
        if (operations[op].function && operations[op].elementwise == arguments && !strcmp(operations[op].name, name))
            return op;
    return OP_COUNT;
}

const Node *operation_partial(Graph *graph, const Node *node, size_t which)
{
    Partial *partial = operations[node->op].partial[which];
    if (!partial)
        return NULL;
    const Node *derivative = partial(graph, node);
    assert(derivative); /* the shapes fit, for the node's own did */
    return graph_spread(graph, derivative, node->shape);
}

long double operation_value(Op op, long double x, long double y)
{
    return operations[op].value(x, y);
}

/* A coefficient of 1 or -1 costs no multiplication. */
static Cost combine_cost(const Node *node)
{
    double entries = (double)(node->shape.rows * node->shape.cols), multiplications = 0;
    for (size_t k = 0; k < combine_terms(node); k++) {
        const Node *c = combine_coefficient(node, k);
        multiplications += !node_is_constant(c, 1, 1) && !node_is_constant(c, -1, 1);
    }
    double additions = (double)combine_terms(node) - 1 + (combine_shift(node) != NULL);
    return (Cost){multiplications * entries, additions * entries, 0};
}

/* Shared values are computed once for many samples and count nothing. */
Cost operation_cost(const Node *node)
{
    double rows = (double)node->shape.rows, cols = (double)node->shape.cols;
    Cost cost = operations[node->op].cost;
    if (!node->shape.varies && node->op != OP_OUTER && node->op != OP_REDUCE)
        return (Cost){0, 0, 0};
    if (operations[node->op].elementwise)
        return (Cost){cost.multiplications * rows, cost.additions * rows, cost.activations * rows};
    double inner = node->arg_count ? (double)node->args[node->arg_count > 1]->shape.rows : 0;
    switch (node->op) {
    case OP_COMBINE:
        return combine_cost(node);
    case OP_MATVEC:
    case OP_MATVEC_T:
        return (Cost){rows * inner, rows * (inner - (node->arg_count == 2)), 0};
    case OP_DOT:
        return (Cost){inner, inner - 1, 0};
    case OP_TOTAL:
        return (Cost){0, inner - 1, 0};
    case OP_SOFTMAX:
        return (Cost){rows, 2 * rows - 1, rows};
    case OP_LOGSUMEXP:
        return (Cost){0, 2 * inner, inner + 1};
    case OP_REDUCE:
        return (Cost){0, rows, 0};
    case OP_OUTER:
        return (Cost){rows * cols, rows * cols, 0};
    default:
        return (Cost){0, 0, 0};
    }
}
