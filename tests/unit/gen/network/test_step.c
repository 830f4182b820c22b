#include "tests/unit/specs.h"

TestSuite(step, .init = fixture_open, .fini = fixture_close);

/* A step with everything that its adjoint gives, and values for its inputs. */
typedef struct {
    Graph *graph;
    Problem field;
    Step step;
    NodeList *bars; /* of the controls */
    Bindings bindings;
} Case;

static Case case_of(const char *tableau, const char *activation, bool residual)
{
    Description description = description_of(
        text_print(arena,
                   "return network { inputs = 3, layers = 1, method = '%s', activation = '%s', residual = %s,\n"
                   "head = { outputs = 1, link = 'identity' }, loss = 'squared' }\n",
                   tableau, activation, residual ? "true" : "false"));
    Case found = {.graph = description.graph, .field = description.problem};
    const Node *h = graph_input(found.graph, "h", shape_scalar(false));
    found.bars = ARENA_ARRAY(arena, found.field.control_count, NodeList);
    found.step = plain_step(found.graph, description.tableau, &found.field, residual, h, found.bars);
    bindings_add(&found.bindings, found.step.y, 0, 1);
    bindings_add(&found.bindings, h, 0.4L, 0.3L);
    bindings_add(&found.bindings, found.step.p_next, 0, 1);
    for (size_t k = 0; k < found.field.control_count; k++)
        bindings_add(&found.bindings, found.field.controls[k], 0, 1);
    return found;
}

/* The sum of a list of contributions. */
static long double *total(Interpreter *interpreter, const Bindings *bindings, const NodeList *list, const Node *like)
{
    long double *sum = ARENA_ARRAY(arena, node_size(like), long double);
    for (size_t i = 0; i < list->count; i++) {
        const long double *term = value_at(interpreter, bindings, list->nodes[i], like);
        for (size_t k = 0; k < node_size(like); k++)
            sum[k] += term[k];
    }
    return sum;
}

/* Measured: below 3e-19. */
static const long double tolerance = 5e-19L;

static void assert_adjoint(const Case *given, const char *name)
{
    size_t controls = given->field.control_count, count = controls + 2;
    const Node **inputs = ARENA_ARRAY(arena, count, const Node *);
    NodeList *generic = ARENA_ARRAY(arena, count, NodeList);
    inputs[0] = given->step.y;
    inputs[1] = given->step.h;
    for (size_t k = 0; k < controls; k++)
        inputs[2 + k] = given->field.controls[k];
    derive_pullback(given->graph, given->step.y_next, given->step.p_next, count, inputs, generic);
    Interpreter *interpreter = interpreter_of(given->graph);
    for (size_t k = 0; k < count; k++) {
        NodeList own = node_list(arena);
        node_list_add(&own, k == 0 ? given->step.p : given->step.h_bar);
        const NodeList *derived = k < 2 ? &own : &given->bars[k - 2];
        const long double *expected = total(interpreter, &given->bindings, &generic[k], inputs[k]);
        const long double *found = total(interpreter, &given->bindings, derived, inputs[k]);
        long double error = distance(expected, found, node_size(inputs[k]));
        cr_assert_leq(error, tolerance, "%s: %s differs by %Lg", name, inputs[k]->name, error);
    }
}

/* <p_next, dy_next> = <p, dy> + sum_k <bar_k, du_k> + h_bar dh. */
static void assert_tangent(Case *given, const char *name)
{
    size_t controls = given->field.control_count, count = controls + 2;
    const Node **inputs = ARENA_ARRAY(arena, count, const Node *), **dots = ARENA_ARRAY(arena, count, const Node *);
    const size_t first = given->bindings.count;
    inputs[0] = given->step.y;
    inputs[1] = given->step.h;
    for (size_t k = 0; k < controls; k++)
        inputs[2 + k] = given->field.controls[k];
    for (size_t k = 0; k < count; k++) {
        dots[k] = graph_input(given->graph, text_print(arena, "dot%zu", k), inputs[k]->shape);
        bindings_add(&given->bindings, dots[k], 0, 1);
    }
    const Node *y_dot = derive_pushforward(given->graph, given->step.y_next, count, inputs, dots);
    Interpreter *interpreter = interpreter_of(given->graph);
    long double left = inner_product(value_at(interpreter, &given->bindings, given->step.p_next, given->step.y),
                                     value_at(interpreter, &given->bindings, y_dot, given->step.y), 3);
    long double right = 0, scale = 1;
    for (size_t k = 0; k < count; k++) {
        NodeList own = node_list(arena);
        node_list_add(&own, k == 0 ? given->step.p : given->step.h_bar);
        const long double *bar = total(interpreter, &given->bindings, k < 2 ? &own : &given->bars[k - 2], inputs[k]);
        long double term = inner_product(bar, given->bindings.values[first + k], node_size(inputs[k]));
        right += term;
        scale += fabsl(term);
    }
    cr_assert_leq(fabsl(left - right), tolerance * scale, "%s: %Lg and %Lg", name, left, right);
}

static void assert_all(bool residual)
{
    Names tableaus = tableau_names(EXPLICIT_TABLEAU), activations = spec_names("specs/activation");
    for (size_t t = 0; t < tableaus.count; t++)
        for (size_t a = 0; a < activations.count; a++) {
            Case given = case_of(tableaus.at[t], activations.at[a], residual);
            const char *name = text_print(arena, "%s with %s", tableaus.at[t], activations.at[a]);
            assert_adjoint(&given, name);
            assert_tangent(&given, name);
        }
}

Test(step, the_adjoint_is_the_generic_pullback)
{
    assert_all(true);
}

Test(step, so_it_is_for_plain_nets)
{
    assert_all(false);
}

/* heun3 has b_2 = 0: l_2 still counts, through a_32. */
Test(step, a_stage_of_weight_zero_has_a_costate)
{
    Case given = case_of("heun3", "tanh", true);
    cr_assert_not_null(given.step.bar[1]);
    cr_assert_not_null(given.step.costate[1]);
}

/* A field that does not depend on y, or not at all: p = p_next, and no step fails. */
Test(step, constant_fields)
{
    Graph *graph = graph_new(arena);
    const Node *y = graph_input(graph, "y", shape_vector(2, true)), *h = graph_input(graph, "h", shape_scalar(false));
    const Node *control = graph_input(graph, "u", shape_vector(2, false));
    Problem field = {.y = y, .controls = &control, .control_count = 1, .field = graph_spread(graph, control, y->shape)};
    NodeList bars[1];
    Step step = plain_step(graph, tableau_of("kutta4"), &field, true, h, bars);
    Bindings bindings = {.count = 0};
    bindings_add(&bindings, step.p_next, 0, 1);
    bindings_add(&bindings, h, 1, 0);
    Interpreter *interpreter = interpreter_of(graph);
    long double *p = value_at(interpreter, &bindings, step.p, y);
    long double *bar = total(interpreter, &bindings, &bars[0], control);
    cr_assert_eq(distance(bindings.values[0], p, 2), 0);
    cr_assert_leq(distance(bindings.values[0], bar, 2), tolerance);
    for (size_t i = 0; i < 4; i++)
        cr_assert_null(step.costate[i]);
}
