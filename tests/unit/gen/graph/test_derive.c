#include "tests/unit/specs.h"

#include "gen/graph/derive.h"
#include "gen/graph/newton.h"
#include "gen/graph/operation.h"

TestSuite(derive, .init = fixture_open, .fini = fixture_close);

/* Inputs of every shape, of random extents. Values are positive and well apart, so that logarithms and powers are
 * defined and kinks are not met. */
enum { X, Y, S, A, A2, B, T, INPUTS }; /* varying vectors x, y, scalar s; shared matrices, vector b, scalar t */

typedef struct {
    Graph *graph;
    size_t rows, cols;
    const Node *inputs[INPUTS];
} Ground;

static Ground ground_new(void)
{
    static const char names[INPUTS][4] = {"x", "y", "s", "A", "A2", "b", "t"};
    Ground ground = {.graph = graph_new(arena), .rows = noise_between(1, 5), .cols = noise_between(1, 5)};
    Shape vector = shape_vector(ground.rows, true), matrix = shape_matrix(ground.cols, ground.rows);
    const Shape shapes[INPUTS] = {
        vector, vector, shape_scalar(true), matrix, matrix, shape_vector(ground.rows, false), shape_scalar(false)};
    for (size_t i = 0; i < INPUTS; i++)
        ground.inputs[i] = graph_input(ground.graph, names[i], shapes[i]);
    return ground;
}

/* ---- the expressions under test ---- */

static const Node *in(const Ground *ground, size_t input)
{
    return ground->inputs[input];
}

static const Node *combine(const Ground *g)
{
    const Node *coefficients[3] = {in(g, T), graph_integer(g->graph, -2), graph_multiply(g->graph, in(g, T), in(g, T))};
    const Node *terms[3] = {in(g, X), in(g, Y), in(g, X)};
    return graph_combine(g->graph, 3, coefficients, terms, in(g, T));
}

static const Node *combine_matrices(const Ground *g)
{
    const Node *sum = graph_subtract(g->graph, in(g, A), graph_scale(g->graph, in(g, T), in(g, A2)));
    return graph_add(g->graph, sum, in(g, T));
}

static const Node *combine_scalars(const Ground *g)
{
    return graph_add(g->graph, graph_multiply(g->graph, in(g, T), in(g, T)), graph_integer(g->graph, 3));
}

static const Node *spread_scalar(const Ground *g)
{
    return graph_spread(g->graph, in(g, S), in(g, X)->shape);
}

static const Node *spread_shared(const Ground *g)
{
    return graph_spread(g->graph, in(g, B), in(g, X)->shape);
}

static const Node *spread_shared_scalar(const Ground *g)
{
    return graph_spread(g->graph, in(g, T), in(g, X)->shape);
}

static const Node *spread_over_matrix(const Ground *g)
{
    return graph_binary(g->graph, OP_MUL, in(g, A), graph_unary(g->graph, OP_EXP, in(g, T)));
}

static const Node *matvec(const Ground *g)
{
    return graph_matvec(g->graph, in(g, A), in(g, X));
}

static const Node *affine(const Ground *g)
{
    const Node *bias = graph_input(g->graph, "bias", shape_vector(g->cols, false));
    const Node *args[3] = {in(g, A), in(g, X), bias};
    return graph_node(g->graph, OP_MATVEC, shape_vector(g->cols, true), args, 3, 0);
}

static const Node *matvec_t(const Ground *g)
{
    return graph_matvec_t(g->graph, in(g, A), matvec(g));
}

static const Node *dot(const Ground *g)
{
    return graph_dot(g->graph, in(g, X), graph_unary(g->graph, OP_TANH, in(g, X)));
}

static const Node *total(const Ground *g)
{
    return graph_total(g->graph, graph_multiply(g->graph, in(g, X), in(g, B)));
}

static const Node *slice(const Ground *g)
{
    size_t rows = noise_between(1, g->rows), from = noise_between(0, g->rows - rows);
    const Node *part = graph_slice(g->graph, in(g, X), from, shape_vector(rows, true));
    return graph_multiply(g->graph, part, graph_slice(g->graph, in(g, Y), g->rows - 1, shape_scalar(true)));
}

static const Node *row(const Ground *g)
{
    const Node *first = graph_part(g->graph, in(g, A), 0);
    return graph_scale(g->graph, graph_part(g->graph, first, noise_between(0, first->shape.rows - 1)), in(g, X));
}

static const Node *rows(const Ground *g)
{
    const Node *last = graph_part(g->graph, graph_unary(g->graph, OP_TANH, in(g, A)), in(g, A)->shape.rows - 1);
    return graph_scale(g->graph, graph_total(g->graph, graph_parts(g->graph, last, 0, 1)), in(g, X));
}

static const Node *pad(const Ground *g)
{
    const Node *a = in(g, A), *first = graph_part(g->graph, a, 0);
    return graph_matvec(g->graph,
                        graph_pad(g->graph, first, noise_between(0, a->shape.cols * (a->shape.rows - 1)), a->shape),
                        in(g, X));
}

static const Node *concat(const Ground *g)
{
    const Node *parts[4] = {in(g, X), in(g, S), in(g, B), graph_multiply(g->graph, in(g, X), in(g, X))};
    return graph_concat(g->graph, parts, 4);
}

static const Node *transpose(const Ground *g)
{
    return graph_transpose(g->graph, graph_unary(g->graph, OP_TANH, in(g, A)));
}

static const Node *transposed_product(const Ground *g)
{
    return graph_matvec(g->graph, graph_transpose(g->graph, in(g, A)), matvec(g));
}

static const Node *reused(const Ground *g)
{
    const Node *v = graph_unary(g->graph, OP_SIGMOID, graph_add(g->graph, in(g, X), in(g, B)));
    return graph_dot(g->graph, v, graph_multiply(g->graph, v, in(g, B)));
}

/* u = x + t/8 tanh(y u) */
static const Node *equation(const Ground *g)
{
    const Node *u = graph_input(g->graph, "u", in(g, X)->shape);
    const Node *eighth = graph_multiply(g->graph, in(g, T), graph_constant(g->graph, number_ratio(arena, 1, 8)));
    const Node *inner = graph_unary(g->graph, OP_TANH, graph_multiply(g->graph, in(g, Y), u));
    const Node *image = graph_add(g->graph, in(g, X), graph_scale(g->graph, eighth, inner));
    return graph_newton(g->graph, u, 1, &u, image, in(g, X));
}

static const Node *solution(const Ground *g)
{
    return newton_solution(g->graph, equation(g));
}

static const Node *solved(const Ground *g)
{
    return graph_solve(g->graph, equation(g), in(g, Y), false);
}

static const Node *solved_transposed(const Ground *g)
{
    return graph_solve(g->graph, equation(g), in(g, Y), true);
}

static const Node *(*const expressions[])(const Ground *) = {
    combine,
    combine_matrices,
    combine_scalars,
    spread_scalar,
    spread_shared,
    spread_shared_scalar,
    spread_over_matrix,
    matvec,
    affine,
    matvec_t,
    dot,
    total,
    slice,
    row,
    rows,
    pad,
    concat,
    transpose,
    transposed_product,
    reused,
    solution,
    solved,
    solved_transposed,
};
enum { EXPRESSIONS = sizeof expressions / sizeof *expressions };

/* ---- the checks ---- */

typedef struct {
    const Node *root, *bar, *moved;
    const Node *dots[INPUTS];
    NodeList bars[INPUTS];
    Bindings bindings; /* inputs, dots, bar */
} Derivatives;

static Derivatives derive(const Ground *ground, const Node *root)
{
    Derivatives d = {.root = root, .bar = graph_input(ground->graph, "bar", root->shape)};
    for (size_t k = 0; k < INPUTS; k++) {
        d.dots[k] = graph_input(ground->graph, text_print(arena, "dot%zu", k), ground->inputs[k]->shape);
        bindings_add(&d.bindings, ground->inputs[k], 1.1L, 0.8L);
    }
    for (size_t k = 0; k < INPUTS; k++)
        bindings_add(&d.bindings, d.dots[k], 0, 1);
    bindings_add(&d.bindings, d.bar, 0, 1);
    derive_pullback(ground->graph, root, d.bar, INPUTS, ground->inputs, d.bars);
    d.moved = derive_pushforward(ground->graph, root, INPUTS, ground->inputs, d.dots);
    return d;
}

/* <J v, w> = <v, J^T w>. Measured: below 4e-19. */
static void assert_transposed(Interpreter *interpreter, const Derivatives *d, const char *name)
{
    const long double *w = d->bindings.values[2 * INPUTS];
    const long double *moved = value_at(interpreter, &d->bindings, d->moved, d->root);
    long double left = inner_product(moved, w, node_size(d->root)), right = 0, scale = 1;
    for (size_t k = 0; k < INPUTS; k++)
        for (size_t i = 0; i < d->bars[k].count; i++) {
            const Node *part = d->bars[k].nodes[i];
            cr_assert(part->shape.rows == d->dots[k]->shape.rows && part->shape.varies == d->dots[k]->shape.varies);
            long double term = inner_product(value_at(interpreter, &d->bindings, part, d->dots[k]),
                                             d->bindings.values[INPUTS + k], node_size(d->dots[k]));
            right += term;
            scale += fabsl(term);
        }
    cr_assert_leq(fabsl(left - right), 1e-18L * scale, "%s: <Jv, w> = %.12Lg, <v, J^T w> = %.12Lg", name, left, right);
}

/* The root when every input has moved by eps along its dot. */
static const long double *displaced(Interpreter *interpreter, const Derivatives *d, long double eps)
{
    Bindings there = d->bindings;
    for (size_t k = 0; k < INPUTS; k++) {
        size_t size = node_size(d->bindings.nodes[k]);
        there.values[k] = ARENA_ARRAY(arena, size, long double);
        for (size_t i = 0; i < size; i++)
            there.values[k][i] = d->bindings.values[k][i] + eps * d->bindings.values[INPUTS + k][i];
    }
    return value_at(interpreter, &there, d->root, d->root);
}

/* Central differences, two step sizes extrapolated: the error is O(eps^4). Measured: below 1e-13. */
static void assert_directional(Interpreter *interpreter, const Derivatives *d, const char *name)
{
    const long double eps = 1e-4L;
    size_t size = node_size(d->root);
    const long double *moved = value_at(interpreter, &d->bindings, d->moved, d->root);
    const long double *forth = displaced(interpreter, d, eps), *back = displaced(interpreter, d, -eps);
    const long double *forth2 = displaced(interpreter, d, 2 * eps), *back2 = displaced(interpreter, d, -2 * eps);
    long double *estimate = ARENA_ARRAY(arena, size, long double);
    for (size_t i = 0; i < size; i++)
        estimate[i] = (8 * (forth[i] - back[i]) - (forth2[i] - back2[i])) / (12 * eps);
    long double error = distance(moved, estimate, size);
    cr_assert_leq(error, 1e-12L, "%s: the pushforward is off by %Lg", name, error);
}

static void check(const Ground *ground, const Node *root, const char *name)
{
    cr_assert_not_null(root, "%s: %s", name, graph_error(ground->graph));
    Derivatives d = derive(ground, root);
    Interpreter *interpreter = interpreter_of(ground->graph);
    assert_transposed(interpreter, &d, name);
    assert_directional(interpreter, &d, name);
}

enum { TRIALS = 20 };

/* Sums over the samples are results: nothing stands on them. */
static bool is_linear_or_structural(Op op)
{
    const Operation *row = operation(op);
    return row->pull && !row->elementwise && row->call != CALL_SAMPLES;
}

/* The operation of the vectors x and y, NULL where a spec cannot call it so. */
static const Node *function_of(const Ground *g, Op op)
{
    const Operation *row = operation(op);
    return row->make ? row->make(g->graph, g->inputs, row->arguments ? row->arguments : 2) : NULL;
}

/* Checks root, and notes what operations it has. */
static void meet(const Ground *ground, const Node *root, const char *name, bool *met)
{
    bool *live = ARENA_ARRAY(arena, graph_size(ground->graph), bool);
    graph_mark(root, live);
    for (size_t id = 0; id < graph_size(ground->graph); id++)
        met[graph_at(ground->graph, id)->op] |= live[id];
    check(ground, root, name);
}

Test(derive, linear_and_structural_operations)
{
    bool met[OP_COUNT] = {false};
    for (int trial = 0; trial < TRIALS; trial++) {
        for (size_t e = 0; e < EXPRESSIONS; e++) {
            Ground ground = ground_new();
            meet(&ground, expressions[e](&ground), text_print(arena, "expression %zu", e), met);
        }
        for (Op op = 0; op < OP_COUNT; op++) {
            Ground ground = ground_new();
            const Node *root = function_of(&ground, op);
            if (root)
                meet(&ground, root, operation_name(op), met);
        }
    }
    for (Op op = 0; op < OP_COUNT; op++)
        cr_assert(met[op] || !is_linear_or_structural(op), "%s is not tested", operation_name(op));
}

Test(derive, elementwise_operations_of_every_shape)
{
    static const size_t arguments[][2] = {{X, Y}, {X, B},  {B, X}, {X, S}, {S, X}, {X, T}, {T, X}, {S, T}, {T, S},
                                          {S, S}, {A, A2}, {A, T}, {T, A}, {B, T}, {T, B}, {T, T}, {B, B}};
    for (Op op = 0; op < OP_COUNT; op++)
        for (size_t k = 0; operation_elementwise(op) && k < sizeof arguments / sizeof *arguments; k++) {
            Ground ground = ground_new();
            const Node *x = in(&ground, arguments[k][0]), *y = in(&ground, arguments[k][1]);
            if (op == OP_MAX || op == OP_MIN || op == OP_GE) /* away from ties */
                y = graph_add(ground.graph, y, graph_integer(ground.graph, k % 2 ? 5 : -5));
            const Node *root = operation_elementwise(op) == 1 ? graph_unary(ground.graph, op, x)
                                                              : graph_binary(ground.graph, op, x, y);
            check(&ground, root, text_print(arena, "%s, arguments %zu", operation_name(op), k));
        }
}

Test(derive, powers)
{
    static const long exponents[][2] = {{0, 1},  {1, 1}, {2, 1},  {7, 1}, {-1, 1},
                                        {-3, 1}, {1, 2}, {-1, 2}, {3, 2}, {5, 3}};
    for (size_t k = 0; k < sizeof exponents / sizeof *exponents; k++) {
        Ground ground = ground_new();
        const Number *exponent = number_ratio(arena, exponents[k][0], exponents[k][1]);
        check(&ground, graph_power(ground.graph, in(&ground, X), graph_constant(ground.graph, exponent)),
              text_print(arena, "power %ld/%ld", exponents[k][0], exponents[k][1]));
    }
}

/* ---- kinks ---- */

/* The derivatives by x and y of op(x, y) (or op(x)) at these values. */
static void assert_partials(Op op, long double x, long double y, long double by_x, long double by_y)
{
    Graph *graph = graph_new(arena);
    const Node *inputs[2] = {graph_input(graph, "x", shape_scalar(true)), graph_input(graph, "y", shape_scalar(true))};
    const Node *root = operation_elementwise(op) == 1 ? graph_unary(graph, op, inputs[0])
                                                      : graph_binary(graph, op, inputs[0], inputs[1]);
    NodeList bars[2];
    derive_pullback(graph, root, graph_integer(graph, 1), 2, inputs, bars);
    Bindings bindings = {.count = 0};
    bindings_add(&bindings, inputs[0], x, 0);
    bindings_add(&bindings, inputs[1], y, 0);
    Interpreter *interpreter = interpreter_of(graph);
    cr_assert_eq(*value_at(interpreter, &bindings, derive_sum(graph, &bars[0]), inputs[0]), by_x, "%s",
                 operation_name(op));
    cr_assert_eq(*value_at(interpreter, &bindings, derive_sum(graph, &bars[1]), inputs[1]), by_y, "%s",
                 operation_name(op));
}

Test(derive, at_a_tie_the_first_argument_counts)
{
    assert_partials(OP_MAX, 2, 2, 1, 0);
    assert_partials(OP_MIN, 2, 2, 1, 0);
    assert_partials(OP_MAX, 1, 2, 0, 1);
    assert_partials(OP_MIN, 1, 2, 1, 0);
}

Test(derive, kinks_at_zero)
{
    assert_partials(OP_ABS, 0, 0, 0, 0);
    assert_partials(OP_ABS, -3, 0, -1, 0);
    assert_partials(OP_SIGN, 0, 0, 0, 0);
    assert_partials(OP_MAX, 0, 0, 1, 0); /* max(0, x) by x is 0: x is the second argument */
}

/* By x and y of x^y: what PyTorch and JAX give. */
Test(derive, powers_of_zero)
{
    assert_partials(OP_POW, 0, 2, 0, 0);
    assert_partials(OP_POW, 0, 1, 1, 0);
    assert_partials(OP_POW, 0, 0, 0, 0);
    assert_partials(OP_POW, 1, 3, 3, 0);
}

/* The derivative of root by x, forth or back, where the graph's x is that number. */
static long double slope_at(Graph *graph, const Node *x, const Node *root, bool forth, long double value)
{
    const Node *one = graph_spread(graph, graph_integer(graph, 1), x->shape), *slope;
    NodeList bars[1];
    if (!forth)
        derive_pullback(graph, root, one, 1, &x, bars);
    slope = forth ? derive_pushforward(graph, root, 1, &x, &one) : derive_sum(graph, &bars[0]);
    Bindings bindings = {.count = 0};
    bindings_add(&bindings, x, value, 0);
    return *value_at(interpreter_of(graph), &bindings, slope, x);
}

/* 0 times infinity is 0 where the 0 is a branch that is not taken, on either side of it. */
Test(derive, a_branch_that_is_not_taken_has_no_slope)
{
    for (int forth = 0; forth < 2; forth++) {
        Graph *graph = graph_new(arena);
        const Node *x = graph_input(graph, "x", shape_scalar(true)), *zero = graph_integer(graph, 0);
        const Node *inside = graph_unary(graph, OP_SQRT, graph_binary(graph, OP_MAX, x, zero));
        const Node *outside = graph_binary(graph, OP_MAX, graph_unary(graph, OP_SQRT, x), graph_integer(graph, 1));
        const Node *over = graph_binary(graph, OP_DIV, graph_integer(graph, 1), x);
        const Node *clipped = graph_binary(graph, OP_MIN, over, graph_integer(graph, 5));
        cr_expect_eq(slope_at(graph, x, inside, forth, -2), 0);
        cr_expect_eq(slope_at(graph, x, inside, forth, 4), 0.25L);
        cr_expect_eq(slope_at(graph, x, outside, forth, 0), 0);
        cr_expect_eq(slope_at(graph, x, clipped, forth, 0), 0);
        cr_expect_eq(slope_at(graph, x, clipped, forth, 2), -0.25L);
    }
}

Test(derive, the_shipped_relu_is_flat_at_zero)
{
    Description description = description_of("return network { inputs = 1, layers = 1, method = 'euler', activation = "
                                             "'relu', head = { outputs = 1, link = 'identity' }, loss = 'squared' }\n");
    const Problem *field = &description.problem;
    NodeList bars[1];
    derive_pullback(description.graph, field->field,
                    graph_spread(description.graph, graph_integer(description.graph, 1), field->field->shape), 1,
                    &field->y, bars);
    for (int sign = -1; sign <= 1; sign++) {
        Bindings bindings = {.count = 0};
        bindings_add(&bindings, field->y, sign, 0);
        bindings_add(&bindings, field->controls[0], 1, 0);
        bindings_add(&bindings, field->controls[1], 0, 0);
        Interpreter *interpreter = interpreter_of(description.graph);
        cr_assert_eq(*value_at(interpreter, &bindings, derive_sum(description.graph, &bars[0]), field->y), sign > 0);
    }
}

Test(derive, what_does_not_depend_contributes_nothing)
{
    Ground ground = ground_new();
    NodeList bars[INPUTS];
    const Node *root = graph_unary(ground.graph, OP_TANH, in(&ground, X)), *dots[INPUTS] = {NULL};
    derive_pullback(ground.graph, root, root, INPUTS, ground.inputs, bars);
    for (size_t k = 0; k < INPUTS; k++)
        cr_assert_eq(bars[k].count, k == X);
    dots[Y] = in(&ground, X);
    cr_assert_null(derive_pushforward(ground.graph, root, INPUTS, ground.inputs, dots));
}
