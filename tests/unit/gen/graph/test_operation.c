/* Every row of the table of operations, asked for everything that a row has to say. */
#include "tests/unit/specs.h"

#include "gen/graph/derive.h"
#include "gen/graph/newton.h"
#include "gen/graph/operation.h"

TestSuite(operation, .init = fixture_open, .fini = fixture_close);

/* What an operation is tried on: vectors x and y, a matrix A [2][3] and a second z of its row's length, a scalar t. */
enum { X, Y, Z, A, T, INPUTS, ROWS = 3, FEWER = 2 };

typedef struct {
    Graph *graph;
    const Node *inputs[INPUTS];
    Bindings bindings; /* values of the inputs; then how they move; then the costate of the node */
    const Node *dots[INPUTS], *bar;
} Ground;

static Ground ground_new(void)
{
    static const char *const names[INPUTS] = {"x", "y", "z", "A", "t"};
    const Shape shapes[INPUTS] = {shape_vector(ROWS, true), shape_vector(ROWS, true), shape_vector(FEWER, true),
                                  shape_matrix(FEWER, ROWS), shape_scalar(false)};
    Ground ground = {.graph = graph_new(arena)};
    for (size_t k = 0; k < INPUTS; k++) {
        ground.inputs[k] = graph_input(ground.graph, names[k], shapes[k]);
        bindings_add(&ground.bindings, ground.inputs[k], 1.1L, 0.8L);
    }
    for (size_t k = 0; k < INPUTS; k++) {
        ground.dots[k] = graph_input(ground.graph, text_print(arena, "dot%zu", k), shapes[k]);
        bindings_add(&ground.bindings, ground.dots[k], 0, 1);
    }
    return ground;
}

/* ---- a node of every operation ---- */

/* u = x + t/8 tanh(A^T (A u - z)), and the systems that it brings, with the side y. */
static const Node *implicit_of(const Ground *g, Op op)
{
    const Node *const *in = g->inputs;
    const Node *u = graph_input(g->graph, "u@", in[X]->shape);
    const Node *inner =
        graph_matvec_t(g->graph, in[A], graph_subtract(g->graph, graph_matvec(g->graph, in[A], u), in[Z]));
    const Node *eighth = graph_binary(g->graph, OP_MUL, in[T], graph_constant(g->graph, number_ratio(arena, 1, 8)));
    const Node *image =
        graph_add(g->graph, in[X], graph_scale(g->graph, eighth, graph_unary(g->graph, OP_TANH, inner)));
    const Node *newton = graph_newton(g->graph, u, 1, &u, image, in[X]);
    const Node *solve = graph_solve(g->graph, newton, in[Y], op == OP_SOLVE_T);
    return op == OP_NEWTON ? newton : op == OP_FACTOR ? solve->args[SOLVE_FACTORS] : solve;
}

/* What a spec would call, of as many vectors as it takes; the others by hand. */
static const Node *tensor_of(const Ground *g, Op op)
{
    const Node *const *in = g->inputs;
    const Operation *row = operation(op);
    if (op == OP_COMBINE)
        return graph_add(g->graph, graph_scale(g->graph, in[T], in[X]), in[T]);
    if (op == OP_SPREAD)
        return graph_spread(g->graph, in[T], in[X]->shape);
    if (op == OP_MATVEC)
        return graph_matvec(g->graph, in[A], in[X]);
    if (op == OP_MATVEC_T)
        return graph_matvec_t(g->graph, in[A], in[Z]);
    if (op == OP_SLICE)
        return graph_slice(g->graph, in[X], 1, shape_vector(2, true));
    if (op == OP_PART)
        return graph_part(g->graph, in[A], 1);
    if (op == OP_PAD)
        return graph_pad(g->graph, in[T], 2, in[A]->shape);
    if (op == OP_REDUCE)
        return graph_reduce(g->graph, in[X]);
    if (op == OP_OUTER)
        return graph_outer(g->graph, in[Z], in[X]);
    if (op == OP_TRANSPOSE)
        return graph_transpose(g->graph, in[A]);
    if (op == OP_NEWTON || op == OP_FACTOR || op == OP_SOLVE || op == OP_SOLVE_T)
        return implicit_of(g, op);
    cr_assert_not_null(row->make, "how is %s tried?", row->name);
    return row->make(g->graph, in, row->arguments ? row->arguments : 2);
}

static const Node *node_of(const Ground *g, Op op)
{
    const Operation *row = operation(op);
    if (op == OP_CONSTANT)
        return graph_constant(g->graph, number_ratio(arena, 22, 7));
    if (op == OP_INPUT)
        return g->inputs[X];
    if (op == OP_IDENTITY)
        return graph_identity(g->graph, ROWS);
    if (row->elementwise == 1)
        return graph_unary(g->graph, op, g->inputs[X]);
    if (row->elementwise == 2)
        return graph_binary(g->graph, op, g->inputs[X], g->inputs[Y]);
    return tensor_of(g, op);
}

/* ---- values, a second time ---- */

typedef double Unary(double x);
typedef double Binary(double x, double y);

static double sign(double x)
{
    return copysign(x != 0, x);
}
static double product(double x, double y)
{
    return x * y;
}
static double quotient(double x, double y)
{
    return x / y;
}
static double not_less(double x, double y)
{
    return isgreaterequal(x, y);
}

static double gate(double x, double y)
{
    return fpclassify(x) == FP_ZERO || fpclassify(y) == FP_ZERO ? 0 : x * y;
}

static Unary *const unaries[OP_COUNT] = {
    [OP_ABS] = fabs,
    [OP_SIGN] = sign,
};
static Binary *const binaries[OP_COUNT] = {
    [OP_MUL] = product, [OP_DIV] = quotient, [OP_POW] = pow,   [OP_MAX] = fmax,
    [OP_MIN] = fmin,    [OP_GE] = not_less,  [OP_GATE] = gate,
};

/* Entry i (of a matrix: row i / cols, column i % cols) of the node that tensor_of makes, of the inputs' values. */
typedef long double EntryOf(long double *const *in, size_t i);

static long double entry_combine(long double *const *in, size_t i)
{
    return *in[T] * in[X][i] + *in[T];
}
static long double entry_spread(long double *const *in, size_t i)
{
    return (void)i, *in[T];
}
static long double entry_matvec(long double *const *in, size_t i)
{
    return in[A][3 * i] * in[X][0] + in[A][3 * i + 1] * in[X][1] + in[A][3 * i + 2] * in[X][2];
}
static long double entry_matvec_t(long double *const *in, size_t i)
{
    return in[A][i] * in[Z][0] + in[A][3 + i] * in[Z][1];
}
static long double entry_dot(long double *const *in, size_t i)
{
    return (void)i, in[X][0] * in[Y][0] + in[X][1] * in[Y][1] + in[X][2] * in[Y][2];
}
static long double entry_total(long double *const *in, size_t i)
{
    return (void)i, in[X][0] + in[X][1] + in[X][2];
}
static long double entry_mean(long double *const *in, size_t i)
{
    return entry_total(in, i) / ROWS;
}
static long double entry_slice(long double *const *in, size_t i)
{
    return in[X][1 + i];
}
static long double entry_part(long double *const *in, size_t i)
{
    return in[A][ROWS + i];
}
static long double entry_pad(long double *const *in, size_t i)
{
    return i == 2 ? *in[T] : 0;
}
static long double entry_concat(long double *const *in, size_t i)
{
    return i < ROWS ? in[X][i] : in[Y][i - ROWS];
}
static long double entry_logsumexp(long double *const *in, size_t i)
{
    return (void)i, logl(expl(in[X][0]) + expl(in[X][1]) + expl(in[X][2]));
}
static long double entry_softmax(long double *const *in, size_t i)
{
    return expl(in[X][i] - entry_logsumexp(in, 0));
}
static long double entry_logsoftmax(long double *const *in, size_t i)
{
    return in[X][i] - entry_logsumexp(in, 0);
}
static long double entry_transpose(long double *const *in, size_t i)
{
    return in[A][i % FEWER * ROWS + i / FEWER];
}
static long double entry_of_x(long double *const *in, size_t i)
{
    return in[X][i];
}
static long double entry_outer(long double *const *in, size_t i)
{
    return in[Z][i / ROWS] * in[X][i % ROWS];
}
static long double entry_constant(long double *const *in, size_t i)
{
    return (void)in, (void)i, 22 / 7.0L;
}
static long double entry_identity(long double *const *in, size_t i)
{
    return (void)in, i / ROWS == i % ROWS;
}

/* Of implicit_of: u by iterating the equation, which draws together, and tanh' there. */
static void find_implicit(long double *const *in, long double u[ROWS], long double slope[ROWS])
{
    memcpy(u, in[X], ROWS * sizeof *u);
    for (int round = 0; round < 4000; round++)
        for (size_t i = 0; i < ROWS; i++) {
            long double inner = 0, tanh;
            for (size_t k = 0; k < FEWER; k++)
                inner +=
                    in[A][k * ROWS + i] * (entry_matvec((long double *const[]){[X] = u, [A] = in[A]}, k) - in[Z][k]);
            tanh = tanhl(inner);
            slope[i] = *in[T] / 8 * (1 - tanh * tanh);
            u[i] += (in[X][i] + *in[T] / 8 * tanh - u[i]) / 4;
        }
}

/* Entry i of column k of D. */
static long double entry_of_matrix(long double *const *in, const long double slope[ROWS], size_t i, size_t k)
{
    return slope[i] * (in[A][i] * in[A][k] + in[A][ROWS + i] * in[A][ROWS + k]);
}

static long double entry_newton(long double *const *in, size_t i)
{
    long double u[ROWS], slope[ROWS];
    find_implicit(in, u, slope);
    return u[i];
}

/* The linear system by Gauss and Seidel's sweeps, under-relaxed. */
static long double entry_of_system(long double *const *in, size_t i, bool transposed)
{
    long double u[ROWS], slope[ROWS], x[ROWS] = {0};
    find_implicit(in, u, slope);
    for (int round = 0; round < 4000; round++)
        for (size_t r = 0; r < ROWS; r++) {
            long double image = in[Y][r];
            for (size_t k = 0; k < ROWS; k++)
                image += x[k] * (transposed ? entry_of_matrix(in, slope, k, r) : entry_of_matrix(in, slope, r, k));
            x[r] += (image - x[r]) / 4;
        }
    return x[i];
}

static long double entry_solve(long double *const *in, size_t i)
{
    return entry_of_system(in, i, false);
}
static long double entry_solve_transposed(long double *const *in, size_t i)
{
    return entry_of_system(in, i, true);
}

static EntryOf *const tensors[OP_COUNT] = {
    [OP_CONSTANT] = entry_constant,
    [OP_INPUT] = entry_of_x,
    [OP_IDENTITY] = entry_identity,
    [OP_COMBINE] = entry_combine,
    [OP_SPREAD] = entry_spread,
    [OP_MATVEC] = entry_matvec,
    [OP_MATVEC_T] = entry_matvec_t,
    [OP_DOT] = entry_dot,
    [OP_TOTAL] = entry_total,
    [OP_MEAN] = entry_mean,
    [OP_SLICE] = entry_slice,
    [OP_CONCAT] = entry_concat,
    [OP_SOFTMAX] = entry_softmax,
    [OP_LOGSUMEXP] = entry_logsumexp,
    [OP_LOGSOFTMAX] = entry_logsoftmax,
    [OP_TRANSPOSE] = entry_transpose,
    [OP_REDUCE] = entry_of_x,
    [OP_NEWTON] = entry_newton,
    [OP_SOLVE] = entry_solve,
    [OP_SOLVE_T] = entry_solve_transposed,
    [OP_OUTER] = entry_outer,
    [OP_PART] = entry_part,
    [OP_PAD] = entry_pad,
};

static long double wanted(const Ground *g, Op op, size_t i)
{
    long double *const *in = g->bindings.values;
    const Operation *row = operation(op);
    if (row->elementwise == 1 && row->each->activations > 0) /* which test_elementary.c holds against MPFR */
        return row->scalar(in[X][i], in[X][i]);
    cr_assert((unaries[op] != NULL) + (binaries[op] != NULL) + (tensors[op] != NULL) == 1,
              "what should the value of %s be?", operation_name(op));
    if (unaries[op])
        return unaries[op]((double)in[X][i]);
    return binaries[op] ? binaries[op]((double)in[X][i], (double)in[Y][i]) : tensors[op](in, i);
}

/* The entries that count: behind those of an implicit function stands how often it was iterated. */
static size_t entries_of(const Node *node)
{
    return node_size(node) - (node->op == OP_NEWTON);
}

static void check_value(const Ground *g, Op op, Interpreter *interpreter, const Node *node)
{
    const long double *value = value_at(interpreter, &g->bindings, node, node);
    for (size_t i = 0; i < entries_of(node); i++) {
        long double expected = wanted(g, op, i);
        cr_assert_leq(fabsl(value[i] - expected), 4e-15L * (1 + fabsl(expected)), "%s: %Lg, not %Lg",
                      operation_name(op), value[i], expected);
    }
}

/* ---- derivatives ---- */

/* <J v, w> = <v, J^T w>. */
static void check_transposed(Ground *g, Op op, Interpreter *interpreter, const Node *node, const Node *moved,
                             const NodeList *bars)
{
    long double left = inner_product(value_at(interpreter, &g->bindings, moved, node), g->bindings.values[2 * INPUTS],
                                     node_size(node));
    long double right = 0, scale = 1;
    for (size_t k = 0; k < INPUTS; k++)
        for (size_t i = 0; i < bars[k].count; i++) {
            long double term = inner_product(value_at(interpreter, &g->bindings, bars[k].nodes[i], g->inputs[k]),
                                             g->bindings.values[INPUTS + k], node_size(g->inputs[k]));
            right += term;
            scale += fabsl(term);
        }
    cr_assert_leq(fabsl(left - right), 1e-18L * scale, "%s: <Jv, w> = %.12Lg, <v, J^T w> = %.12Lg", operation_name(op),
                  left, right);
}

/* The pushforward against central differences. */
static void check_moved(const Ground *g, Op op, Interpreter *interpreter, const Node *node, const Node *moved)
{
    const long double eps = 1e-4L;
    const long double factors[4] = {1, -1, 2, -2};
    long double *at[4];
    for (size_t j = 0; j < 4; j++) {
        Bindings there = g->bindings;
        for (size_t k = 0; k < INPUTS; k++) {
            there.values[k] = ARENA_ARRAY(arena, node_size(g->inputs[k]), long double);
            for (size_t i = 0; i < node_size(g->inputs[k]); i++)
                there.values[k][i] = g->bindings.values[k][i] + factors[j] * eps * g->bindings.values[INPUTS + k][i];
        }
        at[j] = value_at(interpreter, &there, node, node);
    }
    const long double *derivative = value_at(interpreter, &g->bindings, moved, node);
    for (size_t i = 0; i < entries_of(node); i++) {
        long double estimate = (8 * (at[0][i] - at[1][i]) - (at[2][i] - at[3][i])) / (12 * eps);
        cr_assert_leq(fabsl(derivative[i] - estimate), 1e-11L * (1 + fabsl(estimate)), "%s moves by %Lg, not %Lg",
                      operation_name(op), derivative[i], estimate);
    }
}

static void check_derivatives(Ground *g, Op op, const Node *node)
{
    NodeList bars[INPUTS];
    g->bar = graph_input(g->graph, "bar", node->shape);
    bindings_add(&g->bindings, g->bar, 0, 1);
    derive_pullback(g->graph, node, g->bar, INPUTS, g->inputs, bars);
    const Node *moved = derive_pushforward(g->graph, node, INPUTS, g->inputs, g->dots);
    Interpreter *interpreter = interpreter_of(g->graph);
    check_transposed(g, op, interpreter, node, moved, bars);
    check_moved(g, op, interpreter, node, moved);
}

/* ---- the whole row ---- */

/* Costs nothing: no arithmetic, or none that counts. */
static bool is_free(Op op)
{
    static const Op free[] = {OP_CONSTANT, OP_INPUT,  OP_IDENTITY, OP_ABS,    OP_SIGN,      OP_MAX,  OP_MIN,
                              OP_GE,       OP_SPREAD, OP_SLICE,    OP_CONCAT, OP_TRANSPOSE, OP_PART, OP_PAD};
    for (size_t i = 0; i < sizeof free / sizeof *free; i++)
        if (free[i] == op)
            return true;
    return false;
}

static void check_names(Op op)
{
    const Operation *row = operation(op);
    cr_assert(row->name && *row->name, "operation %d has no name", op);
    for (Op other = 0; other < op; other++) {
        cr_assert_str_neq(row->name, operation_name(other));
        cr_assert(!row->function || !operation(other)->function || strcmp(row->function, operation(other)->function));
    }
}

Test(operation, every_row_is_complete)
{
    for (Op op = 0; op < OP_COUNT; op++) {
        Ground ground = ground_new();
        const Node *node = node_of(&ground, op);
        const Operation *row = operation(op);
        cr_assert_not_null(node, "%s: %s", row->name, graph_error(ground.graph));
        cr_assert_eq(node->op, op, "%s instead of %s", operation_name(node->op), row->name);
        check_names(op);
        if (op != OP_FACTOR) { /* which only solving is about: its rows speak for it */
            check_value(&ground, op, interpreter_of(ground.graph), node);
            check_derivatives(&ground, op, node);
        }
        Cost cost = operation_cost(node);
        cr_assert_eq(cost.multiplications + cost.additions + cost.activations > 0, !is_free(op), "the cost of %s",
                     row->name);
    }
}

/* Every kernel that a row asks for is there. The others have several, see gen/code. */
Test(operation, every_kernel_is_there)
{
    char *kernels, *elementary;
    size_t size;
    cr_assert(file_read(arena, diagnostics, "templates/kernels.c", &kernels, &size));
    cr_assert(file_read(arena, diagnostics, "templates/elementary.h", &elementary, &size));
    for (Op op = 0; op < OP_COUNT; op++) {
        const Operation *row = operation(op);
        const char *kernel = text_print(arena, "COSTATE_KERNEL void costate_%s(", row->name);
        const char *entry = text_print(arena, " costate_vec_%s(costate_vec x", row->name);
        bool several = row->call == CALL_NONE || row->call == CALL_LOAD || row->call == CALL_COMBINE ||
                       row->call == CALL_CONCAT || row->call == CALL_PART || row->call == CALL_SPREAD;
        cr_assert(several || strstr(kernels, kernel) || strstr(elementary, kernel), "templates lack %s", kernel);
        cr_assert(row->entry != ENTRY_FUNCTION || strstr(kernels, entry) || strstr(elementary, entry),
                  "templates lack %s", entry);
    }
}
