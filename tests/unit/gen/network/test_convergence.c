#include "tests/unit/specs.h"

TestSuite(convergence, .init = fixture_open, .fini = fixture_close);

/* One step of a method for y1' = y2 cos y1, y2' = sin y1 - y1 y2 / 2, and the interpreter that evaluates it. */
typedef struct {
    Interpreter *interpreter;
    Step step;
} Method;

static Method method_of(const char *tableau)
{
    Graph *graph = graph_new(arena);
    const Node *y = graph_input(graph, "y", shape_vector(2, true)), *h = graph_input(graph, "h", shape_scalar(false));
    const Node *y1 = graph_slice(graph, y, 0, shape_scalar(true)), *y2 = graph_slice(graph, y, 1, shape_scalar(true));
    const Node *half = graph_constant(graph, number_ratio(arena, 1, 2));
    const Node *parts[2] = {
        graph_multiply(graph, y2, graph_unary(graph, OP_COS, y1)),
        graph_subtract(graph, graph_unary(graph, OP_SIN, y1), graph_scale(graph, half, graph_multiply(graph, y1, y2))),
    };
    Problem field = {.y = y, .field = graph_concat(graph, parts, 2)};
    Step step = plain_step(graph, tableau_of(tableau), &field, true, h, NULL);
    return (Method){interpreter_of(graph), step};
}

/* y(2) by that many steps from y(0) = (1, 1/2). */
static void integrate(const Method *method, size_t steps, long double *y)
{
    const Node *inputs[2] = {method->step.y, method->step.h};
    long double h = 2 / (long double)steps;
    const long double *values[2] = {y, &h};
    y[0] = 1;
    y[1] = 0.5L;
    for (size_t n = 0; n < steps; n++)
        memcpy(y, interpret_node(method->interpreter, method->step.y_next, 2, inputs, values), 2 * sizeof *y);
}

static long double error_of(const Method *method, size_t steps, const long double *exact)
{
    long double y[2];
    integrate(method, steps, y);
    return hypotl(y[0] - exact[0], y[1] - exact[1]);
}

/* Measured from one step size to half of it, twice. */
Test(convergence, every_shipped_method_has_its_order)
{
    Names names = tableau_names(EXPLICIT_TABLEAU);
    Method reference = method_of("dopri5");
    long double exact[2];
    integrate(&reference, 4000, exact);
    for (size_t i = 0; i < names.count; i++) {
        Method method = method_of(names.at[i]);
        int order = tableau_order(arena, tableau_of(names.at[i]));
        for (size_t steps = 64; steps <= 128; steps *= 2) {
            long double slope = log2l(error_of(&method, steps, exact) / error_of(&method, 2 * steps, exact));
            cr_assert_lt(fabsl(slope - order), 0.15L, "%s: slope %.3Lf, order %d", names.at[i], slope, order);
        }
    }
}
