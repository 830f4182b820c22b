#include "gen/graph/tensor.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static size_t size_of(const Node *node)
{
    return node->shape.rows * node->shape.cols;
}

static double rows_of(const Node *node)
{
    return (double)node->shape.rows;
}

static const Cost nothing = {0, 0, 0};

static const Node *plus(Graph *graph, const Node *a, const Node *b)
{
    return a && b ? graph_add(graph, a, b) : a ? a : b;
}

/* <x, y> as a value that is shared when x and y are. */
static const Node *inner(Graph *graph, const Node *x, const Node *y)
{
    if (x->shape.rank == 0)
        return graph_slope(graph, x, y);
    if (x->shape.varies)
        return node_branches(x, y) ? graph_total(graph, graph_gated(graph, x, y)) : graph_dot(graph, x, y);
    const Node *args[2] = {x, y};
    return graph_node(graph, OP_DOT, shape_scalar(false), args, 2, 0);
}

/* A sum over the samples where there are any. */
static const Node *reduced(Graph *graph, const Node *x)
{
    return x->shape.varies ? graph_reduce(graph, x) : x;
}

static const Node *total_of(Graph *graph, const Node *g)
{
    if (g->shape.rank == 0)
        return g;
    return g->shape.varies ? graph_total(graph, g)
                           : inner(graph, g, graph_spread(graph, graph_integer(graph, 1), g->shape));
}

static const Node *zeros(Graph *graph, size_t rows)
{
    return graph_spread(graph, graph_integer(graph, 0), shape_vector(rows, true));
}

/* ---- leaves ---- */

void tensor_constant_value(const Node *v, const long double *const *args, long double *z)
{
    long numerator, denominator;
    (void)args;
    if (number_parts(v->value, 1L << 62, &numerator, &denominator))
        *z = (long double)numerator / (long double)denominator;
    else
        *z = (long double)number_to_double(v->value);
}

/* An input has the value that it was given. */
void tensor_input_value(const Node *v, const long double *const *args, long double *z)
{
    (void)v, (void)args, (void)z;
}

void tensor_identity_value(const Node *v, const long double *const *args, long double *z)
{
    (void)args;
    for (size_t i = 0; i < size_of(v); i++)
        z[i] = i % (v->shape.cols + 1) == 0;
}

/* ---- combine ---- */

/* Arguments are c1 x1 c2 x2 ... [shift]. */
const Node *tensor_combine_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    size_t term = which / 2;
    if (which == 2 * combine_terms(v))
        return reduced(graph, total_of(graph, g));
    return which % 2 ? graph_scale(graph, combine_coefficient(v, term), g)
                     : reduced(graph, inner(graph, g, combine_term(v, term)));
}

const Node *tensor_combine_push(Graph *graph, const Node *v, const Node *const *dots)
{
    size_t count = 0;
    const Node **coefficients = ARENA_ARRAY(graph_arena(graph), v->arg_count + 1, const Node *);
    const Node **terms = ARENA_ARRAY(graph_arena(graph), v->arg_count + 1, const Node *);
    for (size_t k = 0; k < combine_terms(v); k++) {
        if (dots[2 * k + 1]) {
            coefficients[count] = combine_coefficient(v, k);
            terms[count++] = dots[2 * k + 1];
        }
        if (dots[2 * k]) {
            coefficients[count] = dots[2 * k];
            terms[count++] = combine_term(v, k);
        }
    }
    const Node *shift = combine_shift(v) ? dots[v->arg_count - 1] : NULL;
    return count ? graph_combine(graph, count, coefficients, terms, shift) : graph_spread(graph, shift, v->shape);
}

void tensor_combine_value(const Node *v, const long double *const *args, long double *z)
{
    for (size_t i = 0; i < size_of(v); i++) {
        z[i] = combine_shift(v) ? *args[v->arg_count - 1] : 0;
        for (size_t k = 0; k < combine_terms(v); k++)
            z[i] += *args[2 * k] * args[2 * k + 1][i];
    }
}

/* A coefficient of 1 or -1 costs no multiplication. */
Cost tensor_combine_cost(const Node *v)
{
    double entries = (double)size_of(v), multiplications = 0;
    for (size_t k = 0; k < combine_terms(v); k++) {
        const Node *c = combine_coefficient(v, k);
        multiplications += !node_is_constant(c, 1, 1) && !node_is_constant(c, -1, 1);
    }
    double additions = (double)combine_terms(v) - 1 + (combine_shift(v) != NULL);
    return (Cost){multiplications * entries, additions * entries, 0};
}

/* ---- spread ---- */

/* The transpose of spreading: over entries it sums entries, over samples it sums samples. */
const Node *tensor_spread_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    const Node *x = v->args[which];
    const Node *sum = x->shape.rank < v->shape.rank ? total_of(graph, g) : g;
    return x->shape.varies ? sum : reduced(graph, sum);
}

const Node *tensor_spread_push(Graph *graph, const Node *v, const Node *const *dots)
{
    return graph_spread(graph, dots[0], v->shape);
}

void tensor_spread_value(const Node *v, const long double *const *args, long double *z)
{
    for (size_t i = 0; i < size_of(v); i++)
        z[i] = args[0][size_of(v->args[0]) == 1 ? 0 : i];
}

Cost tensor_spread_cost(const Node *v)
{
    (void)v;
    return nothing;
}

/* ---- matrix times vector ---- */

const Node *tensor_matvec_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    if (which == 2)
        return graph_reduce(graph, g);
    return which ? graph_matvec_t(graph, v->args[0], g) : graph_outer(graph, g, v->args[1]);
}

const Node *tensor_matvec_push(Graph *graph, const Node *v, const Node *const *dots)
{
    const Node *da = dots[0] ? graph_matvec(graph, dots[0], v->args[1]) : NULL;
    const Node *dx = dots[1] ? graph_matvec(graph, v->args[0], dots[1]) : NULL;
    const Node *db = v->arg_count == 3 && dots[2] ? graph_spread(graph, dots[2], v->shape) : NULL;
    return plus(graph, plus(graph, dx, da), db);
}

void tensor_matvec_value(const Node *v, const long double *const *args, long double *z)
{
    size_t cols = v->args[0]->shape.cols;
    for (size_t i = 0; i < v->shape.rows; i++) {
        z[i] = v->arg_count == 3 ? args[2][i] : 0;
        for (size_t j = 0; j < cols; j++)
            z[i] += args[1][j] * args[0][i * cols + j];
    }
}

Cost tensor_matvec_cost(const Node *v)
{
    double terms = rows_of(v->args[1]);
    return (Cost){rows_of(v) * terms, rows_of(v) * (terms - (v->arg_count == 2)), 0};
}

const Node *tensor_matvec_transposed_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    return which ? graph_matvec(graph, v->args[0], g) : graph_outer(graph, v->args[1], g);
}

const Node *tensor_matvec_transposed_push(Graph *graph, const Node *v, const Node *const *dots)
{
    const Node *da = dots[0] ? graph_matvec_t(graph, dots[0], v->args[1]) : NULL;
    const Node *dx = dots[1] ? graph_matvec_t(graph, v->args[0], dots[1]) : NULL;
    return plus(graph, dx, da);
}

void tensor_matvec_transposed_value(const Node *v, const long double *const *args, long double *z)
{
    size_t rows = v->args[0]->shape.rows, cols = v->args[0]->shape.cols;
    for (size_t i = 0; i < cols; i++) {
        z[i] = 0;
        for (size_t j = 0; j < rows; j++)
            z[i] += args[1][j] * args[0][j * cols + i];
    }
}

Cost tensor_matvec_transposed_cost(const Node *v)
{
    double terms = rows_of(v->args[1]);
    return (Cost){rows_of(v) * terms, rows_of(v) * (terms - 1), 0};
}

/* ---- sums of entries ---- */

const Node *tensor_dot_product_make(Graph *graph, const Node *const *args, size_t count)
{
    assert(count == 2);
    return graph_dot(graph, args[0], args[1]);
}

const Node *tensor_dot_product_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    const Node *other = v->args[1 - which];
    return node_branches(g, other) ? graph_gated(graph, g, other) : graph_multiply(graph, g, other);
}

const Node *tensor_dot_product_push(Graph *graph, const Node *v, const Node *const *dots)
{
    const Node *dx = dots[0] ? inner(graph, dots[0], v->args[1]) : NULL;
    const Node *dy = dots[1] ? inner(graph, v->args[0], dots[1]) : NULL;
    return plus(graph, dy, dx);
}

void tensor_dot_product_value(const Node *v, const long double *const *args, long double *z)
{
    *z = 0;
    for (size_t i = 0; i < size_of(v->args[0]); i++)
        *z += args[0][i] * args[1][i];
}

Cost tensor_dot_product_cost(const Node *v)
{
    return (Cost){rows_of(v->args[1]), rows_of(v->args[1]) - 1, 0};
}

const Node *tensor_total_make(Graph *graph, const Node *const *args, size_t count)
{
    assert(count == 1);
    return graph_total(graph, args[0]);
}

const Node *tensor_total_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    return graph_spread(graph, g, v->args[which]->shape);
}

const Node *tensor_total_push(Graph *graph, const Node *v, const Node *const *dots)
{
    (void)v;
    return graph_total(graph, dots[0]);
}

void tensor_total_value(const Node *v, const long double *const *args, long double *z)
{
    *z = 0;
    for (size_t i = 0; i < size_of(v->args[0]); i++)
        *z += args[0][i];
}

Cost tensor_total_cost(const Node *v)
{
    return (Cost){0, rows_of(v->args[0]) - 1, 0};
}

const Node *tensor_mean_make(Graph *graph, const Node *const *args, size_t count)
{
    assert(count == 1);
    const Node *x = graph_varying_vector(graph, args[0], "mean");
    return x ? graph_node(graph, OP_MEAN, shape_scalar(true), &x, 1, 0) : NULL;
}

const Node *tensor_mean_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    const Shape *shape = &v->args[which]->shape;
    const Node *share = graph_constant(graph, number_ratio(graph_arena(graph), 1, (long)shape->rows));
    return graph_spread(graph, graph_scale(graph, share, g), *shape);
}

const Node *tensor_mean_push(Graph *graph, const Node *v, const Node *const *dots)
{
    (void)v;
    return tensor_mean_make(graph, dots, 1);
}

void tensor_mean_value(const Node *v, const long double *const *args, long double *z)
{
    tensor_total_value(v, args, z);
    *z /= (long double)v->args[0]->shape.rows;
}

Cost tensor_mean_cost(const Node *v)
{
    return (Cost){1, rows_of(v->args[0]) - 1, 0};
}

/* ---- parts ---- */

const Node *tensor_slice_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    const Node *parts[3];
    size_t count = 0, after = v->args[which]->shape.rows - v->from - v->shape.rows;
    if (v->from)
        parts[count++] = zeros(graph, v->from);
    parts[count++] = g;
    if (after)
        parts[count++] = zeros(graph, after);
    return graph_concat(graph, parts, count);
}

const Node *tensor_slice_push(Graph *graph, const Node *v, const Node *const *dots)
{
    return graph_slice(graph, dots[0], v->from, v->shape);
}

void tensor_slice_value(const Node *v, const long double *const *args, long double *z)
{
    memcpy(z, args[0] + v->from, size_of(v) * sizeof *z);
}

Cost tensor_slice_cost(const Node *v)
{
    (void)v;
    return nothing;
}

/* Shared values: what moves or pulls a part or its surroundings is a part or its surroundings. */
const Node *tensor_part_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    return graph_pad(graph, g, v->from, v->args[which]->shape);
}

const Node *tensor_part_push(Graph *graph, const Node *v, const Node *const *dots)
{
    return graph_node(graph, OP_PART, v->shape, dots, 1, v->from);
}

void tensor_part_value(const Node *v, const long double *const *args, long double *z)
{
    memcpy(z, args[0] + v->from, size_of(v) * sizeof *z);
}

Cost tensor_part_cost(const Node *v)
{
    (void)v;
    return nothing;
}

const Node *tensor_pad_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    return graph_node(graph, OP_PART, v->args[which]->shape, &g, 1, v->from);
}

const Node *tensor_pad_push(Graph *graph, const Node *v, const Node *const *dots)
{
    return graph_pad(graph, dots[0], v->from, v->shape);
}

void tensor_pad_value(const Node *v, const long double *const *args, long double *z)
{
    for (size_t i = 0; i < size_of(v); i++)
        z[i] = i >= v->from && i < v->from + size_of(v->args[0]) ? args[0][i - v->from] : 0;
}

Cost tensor_pad_cost(const Node *v)
{
    (void)v;
    return nothing;
}

const Node *tensor_concat_make(Graph *graph, const Node *const *args, size_t count)
{
    return graph_concat(graph, args, count);
}

const Node *tensor_concat_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    size_t from = 0;
    for (size_t k = 0; k < which; k++)
        from += v->args[k]->shape.rows;
    return graph_slice(graph, g, from, v->args[which]->shape);
}

const Node *tensor_concat_push(Graph *graph, const Node *v, const Node *const *dots)
{
    const Node **parts = ARENA_ARRAY(graph_arena(graph), v->arg_count, const Node *);
    for (size_t k = 0; k < v->arg_count; k++)
        parts[k] = dots[k] ? dots[k] : graph_spread(graph, graph_integer(graph, 0), v->args[k]->shape);
    return graph_concat(graph, parts, v->arg_count);
}

void tensor_concat_value(const Node *v, const long double *const *args, long double *z)
{
    for (size_t k = 0; k < v->arg_count; k++) {
        memcpy(z, args[k], size_of(v->args[k]) * sizeof *z);
        z += size_of(v->args[k]);
    }
}

Cost tensor_concat_cost(const Node *v)
{
    (void)v;
    return nothing;
}

/* ---- softmax, logsumexp and logsoftmax ---- */

const Node *tensor_softmax_make(Graph *graph, const Node *const *args, size_t count)
{
    assert(count == 1);
    return graph_softmax(graph, args[0]);
}

/* v (dx - <v, dx>): the derivative of the softmax v is symmetric, so this serves both directions. */
static const Node *softmax_derivative(Graph *graph, const Node *v, const Node *dx)
{
    return graph_binary(graph, OP_MUL, v, graph_subtract(graph, dx, graph_dot(graph, v, dx)));
}

const Node *tensor_softmax_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    (void)which;
    return softmax_derivative(graph, v, g);
}

const Node *tensor_softmax_push(Graph *graph, const Node *v, const Node *const *dots)
{
    return softmax_derivative(graph, v, dots[0]);
}

static long double greatest_of(const long double *x, size_t rows)
{
    long double greatest = x[0];
    for (size_t i = 1; i < rows; i++)
        greatest = fmaxl(greatest, x[i]);
    return greatest;
}

/* The sum of exp(x - greatest). */
static long double exponentials(const long double *x, size_t rows, long double greatest)
{
    long double sum = 0;
    for (size_t i = 0; i < rows; i++)
        sum += expl(x[i] - greatest);
    return sum;
}

void tensor_softmax_value(const Node *v, const long double *const *args, long double *z)
{
    const long double *x = args[0];
    size_t rows = v->args[0]->shape.rows;
    long double greatest = greatest_of(x, rows), sum = exponentials(x, rows, greatest);
    for (size_t i = 0; i < rows; i++)
        z[i] = expl(x[i] - greatest) / sum;
}

Cost tensor_softmax_cost(const Node *v)
{
    return (Cost){rows_of(v), 2 * rows_of(v) - 1, rows_of(v)};
}

const Node *tensor_logsumexp_make(Graph *graph, const Node *const *args, size_t count)
{
    assert(count == 1);
    return graph_logsumexp(graph, args[0]);
}

const Node *tensor_logsumexp_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    return graph_multiply(graph, g, graph_softmax(graph, v->args[which]));
}

const Node *tensor_logsumexp_push(Graph *graph, const Node *v, const Node *const *dots)
{
    return graph_dot(graph, graph_softmax(graph, v->args[0]), dots[0]);
}

void tensor_logsumexp_value(const Node *v, const long double *const *args, long double *z)
{
    size_t rows = v->args[0]->shape.rows;
    long double greatest = greatest_of(args[0], rows);
    *z = greatest + logl(exponentials(args[0], rows, greatest));
}

Cost tensor_logsumexp_cost(const Node *v)
{
    double rows = rows_of(v->args[0]);
    return (Cost){0, 2 * rows, rows + 1};
}

const Node *tensor_logsoftmax_make(Graph *graph, const Node *const *args, size_t count)
{
    assert(count == 1);
    return graph_logsoftmax(graph, args[0]);
}

/* Of v = x - logsumexp(x). */
const Node *tensor_logsoftmax_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    const Node *p = graph_softmax(graph, v->args[which]);
    return graph_subtract(graph, g, graph_multiply(graph, graph_total(graph, g), p));
}

const Node *tensor_logsoftmax_push(Graph *graph, const Node *v, const Node *const *dots)
{
    return graph_subtract(graph, dots[0], graph_dot(graph, graph_softmax(graph, v->args[0]), dots[0]));
}

void tensor_logsoftmax_value(const Node *v, const long double *const *args, long double *z)
{
    const long double *x = args[0];
    size_t rows = v->args[0]->shape.rows;
    long double greatest = greatest_of(x, rows), log = logl(exponentials(x, rows, greatest));
    for (size_t i = 0; i < rows; i++)
        z[i] = x[i] - greatest - log;
}

Cost tensor_logsoftmax_cost(const Node *v)
{
    return (Cost){0, 4 * rows_of(v) - 1, rows_of(v) + 1};
}

/* ---- transpose ---- */

const Node *tensor_transpose_make(Graph *graph, const Node *const *args, size_t count)
{
    assert(count == 1);
    return graph_transpose(graph, args[0]);
}

const Node *tensor_transpose_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    (void)v, (void)which;
    return graph_transpose(graph, g);
}

const Node *tensor_transpose_push(Graph *graph, const Node *v, const Node *const *dots)
{
    (void)v;
    return graph_transpose(graph, dots[0]);
}

void tensor_transpose_value(const Node *v, const long double *const *args, long double *z)
{
    for (size_t i = 0; i < v->shape.rows; i++)
        for (size_t j = 0; j < v->shape.cols; j++)
            z[i * v->shape.cols + j] = args[0][j * v->shape.rows + i];
}

Cost tensor_transpose_cost(const Node *v)
{
    (void)v;
    return nothing;
}

/* ---- sums over the samples; their value is that of the one sample ---- */

const Node *tensor_reduce_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    return graph_spread(graph, g, v->args[which]->shape);
}

const Node *tensor_reduce_push(Graph *graph, const Node *v, const Node *const *dots)
{
    (void)v;
    return graph_reduce(graph, dots[0]);
}

void tensor_reduce_value(const Node *v, const long double *const *args, long double *z)
{
    memcpy(z, args[0], size_of(v) * sizeof *z);
}

Cost tensor_reduce_cost(const Node *v)
{
    return (Cost){0, rows_of(v), 0};
}

const Node *tensor_outer_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    return which ? graph_matvec_t(graph, g, v->args[0]) : graph_matvec(graph, g, v->args[1]);
}

const Node *tensor_outer_push(Graph *graph, const Node *v, const Node *const *dots)
{
    const Node *dx = dots[0] ? graph_outer(graph, dots[0], v->args[1]) : NULL;
    const Node *dy = dots[1] ? graph_outer(graph, v->args[0], dots[1]) : NULL;
    return plus(graph, dx, dy);
}

void tensor_outer_value(const Node *v, const long double *const *args, long double *z)
{
    for (size_t i = 0; i < v->shape.rows; i++)
        for (size_t j = 0; j < v->shape.cols; j++)
            z[i * v->shape.cols + j] = args[0][i] * args[1][j];
}

Cost tensor_outer_cost(const Node *v)
{
    double entries = (double)size_of(v);
    return (Cost){entries, entries, 0};
}
