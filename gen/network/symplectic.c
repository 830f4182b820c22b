#include "gen/network/symplectic.h"

#include "gen/network/interpret.h"

#include <math.h>

enum { MOST_WIDTH = 64 };

/* 1 in row `row`, else 0. */
static const Node *unit(Graph *graph, size_t rows, size_t row)
{
    const Node **entries = ARENA_ARRAY(graph_arena(graph), rows, const Node *);
    for (size_t i = 0; i < rows; i++)
        entries[i] = graph_integer(graph, i == row);
    return graph_concat(graph, entries, rows);
}

static const Node *or_zeros(Graph *graph, const Node *node, Shape shape)
{
    return node ? node : graph_spread(graph, graph_integer(graph, 0), shape);
}

/* Columns of Jacobians [width], one after the other: of the step, and of the field at each stage. */
typedef struct {
    const Node **columns;
    size_t matrices, width;
} Jacobians;

static const Node *step_column(Graph *graph, const Step *step, size_t column)
{
    const Node *dot = unit(graph, step->y->shape.rows, column);
    return or_zeros(graph, derive_pushforward(graph, step->y_next, 1, &step->y, &dot), step->y->shape);
}

/* How the slopes of stage i move with one component of its state; its other part, which may depend on this one, stays.
 */
static const Node *field_column(Graph *graph, const Step *step, size_t i, size_t column)
{
    const Node *moved[SEPARATION_MOST_PARTS], *dots[SEPARATION_MOST_PARTS];
    const Node *const *stages = step->stage + i * step->parts;
    size_t at = 0;
    for (size_t k = 0; k < step->parts; at += stages[k++]->shape.rows) {
        bool own = column >= at && column - at < stages[k]->shape.rows;
        dots[k] = own ? unit(graph, stages[k]->shape.rows, column - at) : or_zeros(graph, NULL, stages[k]->shape);
    }
    for (size_t k = 0; k < step->parts; k++)
        moved[k] =
            or_zeros(graph, derive_pushforward(graph, step->slope[i * step->parts + k], step->parts, stages, dots),
                     stages[k]->shape);
    return graph_concat(graph, moved, step->parts);
}

static Jacobians jacobians_of(Arena *arena, const Network *network)
{
    const Step *step = &network->step;
    size_t width = network->model->width, at = 0;
    Jacobians jacobians = {ARENA_ARRAY(arena, (step->stages + 1) * width, const Node *), step->stages + 1, width};
    for (size_t column = 0; column < width; column++)
        jacobians.columns[at++] = step_column(network->graph, step, column);
    for (size_t i = 0; i < step->stages; i++)
        for (size_t column = 0; column < width; column++)
            jacobians.columns[at++] = field_column(network->graph, step, i, column);
    return jacobians;
}

/* x^T J y, and the sum of the products' sizes. */
static long double form(size_t half, const long double *x, const long double *y, long double *size)
{
    long double sum = 0;
    *size = 0;
    for (size_t i = 0; i < half; i++) {
        sum += x[i] * y[half + i] - x[half + i] * y[i];
        *size += fabsl(x[i] * y[half + i]) + fabsl(x[half + i] * y[i]);
    }
    return sum;
}

/* The largest entry of M^T J M - J for the columns of M. */
static long double map_defect(size_t width, const long double *columns)
{
    long double largest = 0, scale = 1, size;
    for (size_t i = 0; i < width; i++)
        for (size_t k = 0; k < width; k++) {
            long double wanted = k == i + width / 2 ? 1 : i == k + width / 2 ? -1 : 0;
            largest = fmaxl(largest, fabsl(form(width / 2, columns + i * width, columns + k * width, &size) - wanted));
            scale = fmaxl(scale, size);
        }
    return largest / scale;
}

/* The largest difference of J F and its transpose: (J F)_ik = F_(half+i)k for i < half, and -F_(i-half)k. */
static long double field_defect(size_t width, const long double *columns)
{
    size_t half = width / 2;
    long double largest = 0, scale = 0;
    for (size_t i = 0; i < width; i++)
        for (size_t k = 0; k < width; k++) {
            long double ik = i < half ? columns[k * width + half + i] : -columns[k * width + i - half];
            long double ki = k < half ? columns[i * width + half + k] : -columns[i * width + k - half];
            largest = fmaxl(largest, fabsl(ik - ki));
            scale = fmaxl(scale, fabsl(ik));
        }
    return scale > 0 ? largest / scale : 0;
}

/* What is known before anything is measured. */
static const char *excluded(const Network *network)
{
    const Step *step = &network->step;
    const Tableau *pair = network->tableau;
    Arena *arena = graph_arena(network->graph);
    bool separable = true;
    for (size_t i = 0; i < step->stages * step->parts; i++)
        separable = separable && step->newton[i] == NULL;
    if (2 * step->y_part[0]->shape.rows != network->model->width)
        return "partition is not width / 2";
    if (network->model->width > MOST_WIDTH)
        return "width is above 64";
    if (!network->model->residual)
        return "a plain net is no Runge-Kutta step";
    if (!tableau_pair_is_symplectic(arena, pair))
        return "the pair is not symplectic";
    return separable || tableau_pair_weights_agree(pair) ? NULL : "b differs from b^, and the field is not separable";
}

Symplecticity symplectic_measure(Arena *arena, const Network *network, size_t n, const double *x, const double *signals,
                                 const double *params)
{
    const Model *model = network->model;
    Symplecticity result = {.why_not = excluded(network)};
    if (result.why_not)
        return result;
    const Jacobians jacobians = jacobians_of(arena, network);
    size_t width = model->width, matrix = width * width, count = jacobians.matrices * width;
    Interpreter *interpreter = interpret_new(arena, network);
    long double *values = ARENA_ARRAY(arena, model->layers * jacobians.matrices * matrix, long double);
    long double *at = ARENA_ARRAY(arena, model->parameters, long double), asymmetry = 0;
    for (size_t k = 0; k < model->parameters; k++)
        at[k] = params[k];
    for (size_t i = 0; i < n; i++) {
        const double *own = signals ? signals + i * model_signal_rows(model) * model->signals : NULL;
        interpret_along(interpreter, x + i * model->inputs, own, at, count, jacobians.columns, values);
        for (size_t m = 0; m < model->layers * jacobians.matrices; m++) {
            const long double *columns = values + m * matrix;
            if (m % jacobians.matrices)
                asymmetry = fmaxl(asymmetry, field_defect(width, columns));
            else
                result.defect = fmaxl(result.defect, map_defect(width, columns));
        }
    }
    if (asymmetry > 1e-12L)
        result.why_not = "the field is not Hamiltonian: J df/dy is not symmetric";
    return result;
}
