/* newton: the implicit function as an operation, for the stages of implicit Runge-Kutta methods.
 *
 * Z = image(Z, theta) defines Z by theta, whatever else the image refers to. The equation is a node of the graph like
 * any other: NEWTON has the image among its arguments, an expression in an input that stands for Z, its *unknown*; that
 * input is bound by the node and means nothing outside. What else the operation needs is derived: the matrix D =
 * d image / dZ is one pushforward for each entry of Z, an expression in the unknown, and FACTOR stands for 1 - D in
 * triangular factors.
 *
 * Its derivatives are those of the implicit function theorem,
 *     dZ = (1 - D)^-1 d image,    theta_bar += (d image / dtheta)^T l,   (1 - D)^T l = Z_bar,
 * with D at the solution: in the expressions of the image, Z takes the unknown's place. SOLVE and SOLVE_T are the two
 * linear systems, and are implicit functions themselves: x = side + D x. D x is a pushforward of the image along x, and
 * D^T x its pullback, so neither's derivative refers to the entries of D: factors move nowhere on their own. The three
 * are closed under differentiation, and all that is derived of steps (adjoint, tangent, the tangent of the adjoint)
 * goes through implicit stages as through any operation.
 *
 * What an operation's value does not depend on, but its derivatives do, are its last arguments; the simplifier, after
 * which nothing is derived, drops them. */
#include "gen/graph/newton.h"

#include "gen/graph/derive.h"
#include "gen/graph/tensor.h"

#include <math.h>
#include <string.h>

/* ---- making ---- */

/* By id: does the node depend on this input? */
static bool *dependents(Graph *graph, const Node *input)
{
    size_t size = graph_size(graph);
    bool *depends = ARENA_ARRAY(graph_arena(graph), size, bool);
    depends[input->id] = true;
    for (size_t id = input->id + 1; id < size; id++) {
        const Node *node = graph_at(graph, id);
        for (size_t i = 0; i < node->arg_count; i++)
            depends[id] = depends[id] || depends[node->args[i]->id];
    }
    return depends;
}

/* Adds what root refers to that depends on nothing unknown. */
static void find_arguments(const Node *root, const bool *depends, bool *seen, NodeList *arguments)
{
    if (seen[root->id])
        return;
    seen[root->id] = true;
    if (depends[root->id])
        for (size_t i = 0; i < root->arg_count; i++)
            find_arguments(root->args[i], depends, seen, arguments);
    else if (root->op != OP_CONSTANT)
        node_list_add(arguments, root);
}

static const Node *zeros(Graph *graph, size_t rows)
{
    return graph_spread(graph, graph_integer(graph, 0), shape_vector(rows, true));
}

/* 1 in row `row`, else 0: entry by entry, so that what is done to it falls apart into what is done to 0 and 1. */
static const Node *unit(Graph *graph, size_t rows, size_t row)
{
    const Node **entries = ARENA_ARRAY(graph_arena(graph), rows, const Node *);
    for (size_t i = 0; i < rows; i++)
        entries[i] = graph_integer(graph, i == row);
    return graph_concat(graph, entries, rows);
}

/* The triangular factors of 1 - D, D given column by column. */
static const Node *factor(Graph *graph, const Node *const *columns, size_t n)
{
    return graph_node(graph, OP_FACTOR, shape_vector(n * n + n, true), columns, n, 0);
}

static const Node *factors_of(Graph *graph, size_t count, const Node *const *parts, const Node *image)
{
    size_t n = image->shape.rows, column = 0;
    const Node **columns = ARENA_ARRAY(graph_arena(graph), n, const Node *);
    for (size_t k = 0; k < count; k++)
        for (size_t row = 0; row < parts[k]->shape.rows; row++) {
            const Node *dot = unit(graph, parts[k]->shape.rows, row);
            const Node *moved = derive_pushforward(graph, image, 1, &parts[k], &dot);
            columns[column++] = moved ? moved : zeros(graph, n);
        }
    return factor(graph, columns, n);
}

const Node *graph_newton(Graph *graph, const Node *unknown, size_t count, const Node *const *parts, const Node *image,
                         const Node *start)
{
    const Node *factors = factors_of(graph, count, parts, image);
    const bool *depends = dependents(graph, unknown);
    NodeList arguments = node_list(graph_arena(graph));
    node_list_add(&arguments, unknown);
    node_list_add(&arguments, image);
    node_list_add(&arguments, factors);
    node_list_add(&arguments, start);
    find_arguments(image, depends, ARENA_ARRAY(graph_arena(graph), graph_size(graph), bool), &arguments);
    return graph_node(graph, OP_NEWTON, shape_vector(image->shape.rows + 1, true), arguments.nodes, arguments.count, 0);
}

static size_t unknowns_of(const Node *newton)
{
    return newton->args[NEWTON_IMAGE]->shape.rows;
}

const Node *newton_solution(Graph *graph, const Node *newton)
{
    return graph_slice(graph, newton, 0, shape_vector(unknowns_of(newton), true));
}

const Node *newton_iterations(Graph *graph, const Node *newton)
{
    return graph_slice(graph, newton, unknowns_of(newton), shape_scalar(true));
}

/* Replaces the unknown by the solution; but not within the equation itself, which means it as an unknown. */
static Substitution at_solution(Graph *graph, const Node *newton)
{
    const Node *solution = newton_solution(graph, newton);
    Substitution map = graph_substitution(graph);
    graph_replace(graph, &map, newton->args[NEWTON_UNKNOWN], solution);
    graph_replace(graph, &map, newton, newton);
    return map;
}

/* What an expression in the unknown is at the solution. */
static const Node *solved(Graph *graph, const Node *newton, const Node *node)
{
    Substitution map = at_solution(graph, newton);
    return node ? graph_substitute(graph, &map, node) : NULL;
}

const Node *graph_solve(Graph *graph, const Node *newton, const Node *side, bool transposed)
{
    size_t count = newton->arg_count - NEWTON_DEPENDS + SOLVE_DEPENDS;
    const Node **args = ARENA_ARRAY(graph_arena(graph), count, const Node *);
    args[SOLVE_FACTORS] = solved(graph, newton, newton->args[NEWTON_FACTORS]);
    args[SOLVE_SIDE] = side;
    args[SOLVE_NEWTON] = newton;
    memcpy(args + SOLVE_DEPENDS, newton->args + NEWTON_DEPENDS, (count - SOLVE_DEPENDS) * sizeof *args);
    return graph_node(graph, transposed ? OP_SOLVE_T : OP_SOLVE, side->shape, args, count, 0);
}

/* ---- derivatives of the implicit function ---- */

const Node *tensor_newton_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    if (which < NEWTON_DEPENDS)
        return NULL;
    size_t count = v->arg_count - NEWTON_DEPENDS;
    NodeList *bars = ARENA_ARRAY(graph_arena(graph), count, NodeList);
    const Node *l = graph_solve(graph, v, graph_slice(graph, g, 0, v->args[NEWTON_UNKNOWN]->shape), true);
    derive_pullback(graph, v->args[NEWTON_IMAGE], l, count, v->args + NEWTON_DEPENDS, bars);
    return solved(graph, v, derive_sum(graph, &bars[which - NEWTON_DEPENDS]));
}

const Node *tensor_newton_push(Graph *graph, const Node *v, const Node *const *dots)
{
    const Node *image = v->args[NEWTON_IMAGE];
    const Node *side = derive_pushforward(graph, image, v->arg_count - NEWTON_DEPENDS, v->args + NEWTON_DEPENDS,
                                          dots + NEWTON_DEPENDS);
    if (!side)
        return NULL;
    const Node *parts[2] = {graph_solve(graph, v, solved(graph, v, side), false), graph_integer(graph, 0)};
    return graph_concat(graph, parts, 2);
}

/* Factors do not move on their own, see above. */
const Node *tensor_factor_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    (void)graph, (void)v, (void)g, (void)which;
    return NULL;
}

const Node *tensor_factor_push(Graph *graph, const Node *v, const Node *const *dots)
{
    (void)graph, (void)v, (void)dots;
    return NULL;
}

/* ---- derivatives of the linear systems ---- */

/* A system in the expressions that it moves by: the inputs that `product` is made of, unknown first, and D x or D^T x
 * itself, in the unknown and in x. */
typedef struct {
    const Node *newton, *x, *product; /* product NULL: D = 0 */
    const Node **inputs;
    size_t count;
} System;

static System system_of(Graph *graph, const Node *v)
{
    const Node *newton = v->args[SOLVE_NEWTON], *image = newton->args[NEWTON_IMAGE];
    const Node *unknown = newton->args[NEWTON_UNKNOWN];
    System system = {.newton = newton, .x = graph_input(graph, "x@", v->shape)};
    NodeList bars;
    if (v->op == OP_SOLVE)
        system.product = derive_pushforward(graph, image, 1, &unknown, &system.x);
    else {
        derive_pullback(graph, image, system.x, 1, &unknown, &bars);
        system.product = derive_sum(graph, &bars);
    }
    system.count = v->arg_count - SOLVE_DEPENDS + 1;
    system.inputs = ARENA_ARRAY(graph_arena(graph), system.count, const Node *);
    system.inputs[0] = unknown;
    memcpy(system.inputs + 1, v->args + SOLVE_DEPENDS, (system.count - 1) * sizeof *system.inputs);
    return system;
}

/* An expression of the system at its solution x. */
static const Node *at_system(Graph *graph, const System *system, const Node *x, const Node *node)
{
    Substitution map = at_solution(graph, system->newton);
    graph_replace(graph, &map, system->x, x);
    return node ? graph_substitute(graph, &map, node) : NULL;
}

static const Node *pull_system(Graph *graph, const Node *v, const Node *g, size_t which)
{
    if (which == SOLVE_FACTORS)
        return NULL;
    const Node *l = graph_solve(graph, v->args[SOLVE_NEWTON], g, v->op == OP_SOLVE);
    if (which == SOLVE_SIDE)
        return l;
    const System system = system_of(graph, v);
    if (!system.product)
        return NULL;
    NodeList *bars = ARENA_ARRAY(graph_arena(graph), system.count, NodeList);
    derive_pullback(graph, system.product, l, system.count, system.inputs, bars);
    const Node *bar = at_system(graph, &system, v, derive_sum(graph, &bars[which - SOLVE_NEWTON]));
    const Node *parts[2] = {bar, graph_integer(graph, 0)};
    return bar && which == SOLVE_NEWTON ? graph_concat(graph, parts, 2) : bar;
}

static const Node *push_system(Graph *graph, const Node *v, const Node *const *dots)
{
    const System system = system_of(graph, v);
    const Node **moved = ARENA_ARRAY(graph_arena(graph), system.count, const Node *), *side = dots[SOLVE_SIDE];
    const Node *solution = dots[SOLVE_NEWTON];
    moved[0] = solution ? graph_slice(graph, solution, 0, system.inputs[0]->shape) : NULL;
    memcpy(moved + 1, dots + SOLVE_DEPENDS, (system.count - 1) * sizeof *moved);
    const Node *turned =
        system.product ? derive_pushforward(graph, system.product, system.count, system.inputs, moved) : NULL;
    turned = at_system(graph, &system, v, turned);
    if (turned)
        side = side ? graph_add(graph, side, turned) : turned;
    return side ? graph_solve(graph, system.newton, side, v->op == OP_SOLVE_T) : NULL;
}

const Node *tensor_solve_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    return pull_system(graph, v, g, which);
}

const Node *tensor_solve_push(Graph *graph, const Node *v, const Node *const *dots)
{
    return push_system(graph, v, dots);
}

const Node *tensor_solve_transposed_pull(Graph *graph, const Node *v, const Node *g, size_t which)
{
    return pull_system(graph, v, g, which);
}

const Node *tensor_solve_transposed_push(Graph *graph, const Node *v, const Node *const *dots)
{
    return push_system(graph, v, dots);
}

/* ---- values ----
 *
 * Factors are the columns of L and U of (1 - D) with rows exchanged, in one array [n][n], the ones of L left out, and
 * behind them the row that took turns with each. */

static void exchange(long double *x, size_t i, size_t k)
{
    long double xi = x[i];
    x[i] = x[k];
    x[k] = xi;
}

void tensor_factor_value(const Node *v, const long double *const *args, long double *z)
{
    size_t n = 0, at = 0;
    for (size_t k = 0; k < v->arg_count; k++)
        for (size_t i = 0; i < v->args[k]->shape.rows; i++)
            z[at++] = -args[k][i];
    while (n * n < at)
        n++;
    for (size_t k = 0; k < n; k++)
        z[k * n + k] += 1;
    for (size_t k = 0; k < n; k++) {
        size_t pivot = k;
        for (size_t i = k + 1; i < n; i++)
            pivot = fabsl(z[k * n + i]) > fabsl(z[k * n + pivot]) ? i : pivot;
        z[n * n + k] = (long double)pivot;
        for (size_t j = 0; j < n; j++)
            exchange(z + j * n, k, pivot);
        for (size_t i = k + 1; i < n; i++)
            z[k * n + i] /= z[k * n + k];
        for (size_t j = k + 1; j < n; j++)
            for (size_t i = k + 1; i < n; i++)
                z[j * n + i] -= z[k * n + i] * z[j * n + k];
    }
}

static void solve(size_t n, const long double *factors, long double *z)
{
    for (size_t k = 0; k < n; k++)
        exchange(z, k, (size_t)factors[n * n + k]);
    for (size_t k = 0; k < n; k++)
        for (size_t i = k + 1; i < n; i++)
            z[i] -= factors[k * n + i] * z[k];
    for (size_t k = n; k-- > 0;) {
        z[k] /= factors[k * n + k];
        for (size_t i = 0; i < k; i++)
            z[i] -= factors[k * n + i] * z[k];
    }
}

void tensor_solve_value(const Node *v, const long double *const *args, long double *z)
{
    memcpy(z, args[SOLVE_SIDE], v->shape.rows * sizeof *z);
    solve(v->shape.rows, args[SOLVE_FACTORS], z);
}

void tensor_solve_transposed_value(const Node *v, const long double *const *args, long double *z)
{
    size_t n = v->shape.rows;
    const long double *factors = args[SOLVE_FACTORS];
    memcpy(z, args[SOLVE_SIDE], n * sizeof *z);
    for (size_t k = 0; k < n; k++) {
        for (size_t i = 0; i < k; i++)
            z[k] -= factors[k * n + i] * z[i];
        z[k] /= factors[k * n + k];
    }
    for (size_t k = n; k-- > 0;)
        for (size_t i = k + 1; i < n; i++)
            z[k] -= factors[k * n + i] * z[i];
    for (size_t k = n; k-- > 0;)
        exchange(z, k, (size_t)factors[n * n + k]);
}

/* One iteration: of an unknown and what image and factors are there, the next. The number of them is left alone. */
void tensor_newton_value(const Node *v, const long double *const *args, long double *z)
{
    size_t n = unknowns_of(v);
    const long double *unknown = args[NEWTON_UNKNOWN], *image = args[NEWTON_IMAGE];
    for (size_t i = 0; i < n; i++)
        z[i] = image[i] - unknown[i];
    solve(n, args[NEWTON_FACTORS], z);
    for (size_t i = 0; i < n; i++)
        z[i] += unknown[i];
}

/* ---- costs: of one iteration, beside what image and matrix take ---- */

static Cost cost_of_solve(size_t rows)
{
    double n = (double)rows;
    return (Cost){n * n, n * (n - 1), 0};
}

Cost tensor_newton_cost(const Node *v)
{
    return cost_of_solve(unknowns_of(v));
}

Cost tensor_solve_cost(const Node *v)
{
    return cost_of_solve(v->shape.rows);
}

Cost tensor_solve_transposed_cost(const Node *v)
{
    return cost_of_solve(v->shape.rows);
}

Cost tensor_factor_cost(const Node *v)
{
    double n = floor(sqrt((double)v->shape.rows)), updates = (n - 1) * n * (2 * n - 1) / 6;
    return (Cost){updates + n * (n - 1) / 2 + n, updates + n, 0};
}
