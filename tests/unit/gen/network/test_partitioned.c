/* Steps of partitioned methods: against the generic pullback of the step, which knows nothing of stages; orders as they
 * are measured; what is explicit. */
#include "tests/unit/specs.h"

#include "gen/graph/rows.h"
#include "gen/network/identity.h"

TestSuite(partitioned, .init = fixture_open, .fini = fixture_close);

/* y = (q, v) of 2 + 2 components, a control u [2], and q' = f, v' = g: a separable field, or one in which both depend
 * on both; the running cost depends on all. */
typedef struct {
    Graph *graph;
    Step step;
    const Node *leaves[2]; /* u, h */
    NodeList bars[2];
} Case;

static Case case_of(const char *method, bool coupled)
{
    Case given = {.graph = graph_new(arena)};
    Graph *graph = given.graph;
    const Node *y = graph_input(graph, "y", shape_vector(4, true)), *h = graph_input(graph, "h", shape_scalar(false)),
               *u = graph_input(graph, "u", shape_vector(2, false)),
               *weight = graph_input(graph, "weight", shape_scalar(true));
    const Node *q = graph_slice(graph, y, 0, shape_vector(2, true)),
               *v = graph_slice(graph, y, 2, shape_vector(2, true));
    const Node *drift = graph_unary(graph, OP_TANH, graph_multiply(graph, u, v)),
               *kick = graph_negate(graph, graph_unary(graph, OP_SIN, graph_add(graph, u, q)));
    if (coupled) {
        const Node *tenth = graph_constant(graph, number_ratio(arena, 1, 10));
        drift = graph_add(graph, drift, graph_scale(graph, tenth, graph_multiply(graph, q, v)));
        kick = graph_subtract(graph, kick, graph_scale(graph, tenth, graph_unary(graph, OP_SIN, v)));
    }
    const Node *parts[2] = {drift, kick};
    const Problem problem = {.y = y,
                             .field = graph_concat(graph, parts, 2),
                             .partition = 2,
                             .cost = graph_total(graph, graph_multiply(graph, y, graph_multiply(graph, y, y)))};
    given.leaves[0] = u;
    given.leaves[1] = h;
    const StageArguments arguments = {.leaf_count = 1, .leaves = given.leaves};
    given.step = step_build(graph, tableau_of(method), &problem, true, h, weight, &arguments, given.bars);
    return given;
}

static void expect_close(Interpreter *interpreter, const Bindings *bindings, const Node *found, const Node *wanted,
                         const char *name)
{
    const long double *left = value_at(interpreter, bindings, found, wanted);
    const long double *right = value_at(interpreter, bindings, wanted, wanted);
    for (size_t i = 0; i < node_size(wanted); i++)
        cr_expect_leq(fabsl(left[i] - right[i]), 1e-14L, "%s: %Lg and %Lg", name, left[i], right[i]);
}

/* p, u_bar and h_bar against the pullback of y_next and of the cost. */
static void expect_pullback(const char *method, bool coupled)
{
    Case given = case_of(method, coupled);
    Graph *graph = given.graph;
    const Step *step = &given.step;
    const Node *inputs[3] = {step->y, given.leaves[0], given.leaves[1]};
    NodeList of_next[3], of_cost[3];
    derive_pullback(graph, step->y_next, step->p_next, 3, inputs, of_next);
    derive_pullback(graph, step->cost, step->weight, 3, inputs, of_cost);
    const Node *wanted[3], *found[3] = {step->p, derive_sum(graph, &given.bars[0]), graph_reduce(graph, step->h_bar)};
    for (size_t k = 0; k < 3; k++) {
        for (size_t i = 0; i < of_cost[k].count; i++)
            node_list_add(&of_next[k], of_cost[k].nodes[i]);
        wanted[k] = derive_sum(graph, &of_next[k]);
    }
    Bindings bindings = {.count = 0};
    bindings_add(&bindings, step->y, 0, 1);
    bindings_add(&bindings, given.leaves[0], 0, 1);
    bindings_add(&bindings, given.leaves[1], 0.2L, 0.1L);
    bindings_add(&bindings, step->p_next, 0, 1);
    bindings_add(&bindings, step->weight, 0, 1);
    Interpreter *interpreter = interpreter_of(graph);
    for (size_t k = 0; k < 3; k++)
        expect_close(interpreter, &bindings, found[k], wanted[k],
                     text_print(arena, "%s, %s, %zu", method, coupled ? "coupled" : "separable", k));
}

Test(partitioned, the_adjoint_is_the_generic_pullback)
{
    Names pairs = tableau_names(PAIR_OF_TABLEAUS);
    for (size_t k = 0; k < pairs.count; k++) {
        expect_pullback(pairs.at[k], false);
        expect_pullback(pairs.at[k], true);
    }
}

static size_t equations(const Step *step)
{
    size_t count = 0;
    for (size_t i = 0; i < step->stages * step->parts; i++)
        count += step->newton[i] != NULL;
    return count;
}

/* Of a separable field all but the fully implicit pair are explicit; of any field no pair is. */
Test(partitioned, what_is_explicit)
{
    Names pairs = tableau_names(PAIR_OF_TABLEAUS);
    for (size_t k = 0; k < pairs.count; k++) {
        const Case separable = case_of(pairs.at[k], false), coupled = case_of(pairs.at[k], true);
        bool full = strcmp(pairs.at[k], "lobatto3a3b") == 0;
        cr_expect_eq(equations(&separable.step) > 0, full, "%s", pairs.at[k]);
        cr_expect_gt(equations(&coupled.step), 0, "%s", pairs.at[k]);
    }
}

/* ---- orders as measured ---- */

/* y(2) by that many steps. */
static void integrate(Interpreter *interpreter, const Case *given, size_t steps, long double *y)
{
    const long double u[2] = {0.8L, -0.3L};
    long double h = 2 / (long double)steps;
    const Node *inputs[3] = {given->step.y, given->leaves[1], given->leaves[0]};
    const long double *values[3] = {y, &h, u};
    for (size_t i = 0; i < 4; i++)
        y[i] = 0.5L + 0.3L * (long double)i;
    for (size_t n = 0; n < steps; n++)
        memcpy(y, interpret_node(interpreter, given->step.y_next, 3, inputs, values), 4 * sizeof *y);
}

static long double apart(const long double *x, const long double *y)
{
    long double sum = 0;
    for (size_t i = 0; i < 4; i++)
        sum += (x[i] - y[i]) * (x[i] - y[i]);
    return sqrtl(sum);
}

Test(partitioned, orders_as_measured)
{
    Names pairs = tableau_names(PAIR_OF_TABLEAUS);
    for (int coupled = 0; coupled < 2; coupled++) {
        const Case reference = case_of("lobatto3a3b", coupled);
        long double exact[4], y[4];
        integrate(interpreter_of(reference.graph), &reference, 600, exact);
        for (size_t k = 0; k < pairs.count; k++) {
            const Case given = case_of(pairs.at[k], coupled);
            Interpreter *interpreter = interpreter_of(given.graph);
            int order = tableau_pair_order(arena, tableau_of(pairs.at[k]), !coupled);
            integrate(interpreter, &given, 32, y);
            long double wide = apart(y, exact);
            integrate(interpreter, &given, 64, y);
            long double slope = log2l(wide / apart(y, exact));
            cr_expect_lt(fabsl(slope - order), 0.2L, "%s%s: slope %.3Lf, order %d", pairs.at[k],
                         coupled ? ", coupled" : "", slope, order);
        }
    }
}

/* ---- rows ---- */

Test(partitioned, rows_are_computed_of_what_they_need)
{
    Graph *graph = graph_new(arena);
    const Node *y = graph_input(graph, "y", shape_vector(4, true)), *q = graph_input(graph, "q", shape_vector(3, true)),
               *v = graph_input(graph, "v", shape_vector(1, true)), *parts[2] = {q, v};
    const Node *moved = graph_unary(graph, OP_SIN, graph_add(graph, y, graph_multiply(graph, y, y)));
    const Node *last = graph_slice(graph, moved, 3, shape_scalar(true));
    const Node *split = graph_split(graph, last, y, 2, parts);
    bool *marks = ARENA_ARRAY(arena, graph_size(graph), bool);
    graph_mark(split, marks);
    cr_expect(marks[v->id]);
    cr_expect_not(marks[q->id]);
    cr_expect_not(marks[y->id]);
    const Node *inner = graph_rows(graph, graph_split(graph, moved, y, 2, parts), 1, 2);
    marks = ARENA_ARRAY(arena, graph_size(graph), bool);
    graph_mark(inner, marks);
    cr_expect(marks[q->id]);
    cr_expect_not(marks[v->id]);
}
