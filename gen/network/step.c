/* step: one Runge-Kutta step and its adjoint as expressions; see network.h. */
#include "gen/network/network.h"

/* "f2": the name of a stage's quantity for readers. */
static const char *stage_label(Graph *graph, const char *letter, size_t i)
{
    return text_print(graph_arena(graph), "%s%zu", letter, i + 1);
}

/* A sum under construction: c_1 x_1 + ... with rational coefficients, terms with c = 0 or x = NULL left out. */
typedef struct {
    Graph *graph;
    const Node **coefficients, **terms;
    size_t count;
} Sum;

static Sum sum_of(Graph *graph, size_t capacity)
{
    Arena *arena = graph_arena(graph);
    return (Sum){graph, ARENA_ARRAY(arena, capacity, const Node *), ARENA_ARRAY(arena, capacity, const Node *), 0};
}

static void sum_add(Sum *sum, const Node *coefficient, const Node *term)
{
    if (!term || node_is_constant(coefficient, 0, 1))
        return;
    sum->coefficients[sum->count] = coefficient;
    sum->terms[sum->count++] = term;
}

static const Node *sum_node(const Sum *sum)
{
    return sum->count ? graph_combine(sum->graph, sum->count, sum->coefficients, sum->terms, NULL) : NULL;
}

static const Node *times_h(Graph *graph, const Node *h, const Rational *value)
{
    return graph_binary(graph, OP_MUL, h, graph_constant(graph, value));
}

/* y + h sum_j weights_j f_j, or without y. */
static const Node *advance(Graph *graph, const Step *step, size_t count, const Rational *const *weights, bool with_y)
{
    Sum sum = sum_of(graph, count + 1);
    if (with_y)
        sum_add(&sum, graph_integer(graph, 1), step->y);
    for (size_t j = 0; j < count; j++)
        if (rational_sign(weights[j]) != 0)
            sum_add(&sum, times_h(graph, step->h, weights[j]), step->slope[j]);
    return sum_node(&sum);
}

static const Node *field_at(Graph *graph, const Field *field, const Node *state)
{
    Substitution map = graph_substitution(graph);
    graph_replace(graph, &map, field->y, state);
    return graph_substitute(graph, &map, field->value);
}

static void build_forward(Graph *graph, const Tableau *tableau, const Field *field, bool residual, Step *step)
{
    for (size_t i = 0; i < step->stages; i++) {
        const Rational *const *row = &tableau->a[i * step->stages];
        step->stage[i] = i ? advance(graph, step, i, row, true) : step->y;
        graph_label(step->stage[i], stage_label(graph, "Y", i));
        step->slope[i] = field_at(graph, field, step->stage[i]);
        graph_label(step->slope[i], stage_label(graph, "f", i));
    }
    step->y_next = advance(graph, step, step->stages, tableau->b, residual);
    if (!step->y_next)
        step->y_next = graph_spread(graph, graph_integer(graph, 0), step->y->shape);
    graph_label(step->y_next, "y_next");
}

/* b_i p+ + sum_j a_ji l_j, which is g_i / h and also what f_i contributes to dJ/dh. */
static const Node *weighted_costate(Graph *graph, const Tableau *tableau, const Step *step, size_t i)
{
    Sum sum = sum_of(graph, step->stages + 1);
    sum_add(&sum, graph_constant(graph, tableau->b[i]), step->p_next);
    for (size_t j = i + 1; j < step->stages; j++)
        sum_add(&sum, graph_constant(graph, tableau_a(tableau, j, i)), step->costate[j]);
    return sum_node(&sum);
}

/* l_i and the contributions of stage i to the controls. */
static void pull_stage(Graph *graph, const Field *field, Step *step, size_t i, NodeList *control_bars)
{
    size_t count = field->control_count + 1;
    const Node **inputs = ARENA_ARRAY(graph_arena(graph), count, const Node *);
    NodeList *bars = ARENA_ARRAY(graph_arena(graph), count, NodeList);
    inputs[0] = step->stage[i];
    for (size_t k = 1; k < count; k++)
        inputs[k] = field->controls[k - 1];
    derive_pullback(graph, step->slope[i], step->bar[i], count, inputs, bars);
    step->costate[i] = derive_sum(graph, &bars[0]);
    graph_label(step->costate[i], stage_label(graph, "l", i));
    for (size_t k = 1; k < count; k++)
        for (size_t term = 0; term < bars[k].count; term++)
            node_list_add(&control_bars[k - 1], bars[k].nodes[term]);
}

static void build_adjoint(Graph *graph, const Tableau *tableau, const Field *field, bool residual, Step *step,
                          NodeList *control_bars)
{
    NodeList h_bars = node_list(graph_arena(graph));
    Sum p = sum_of(graph, step->stages + 1);
    const Node *one = graph_integer(graph, 1);
    if (residual)
        sum_add(&p, one, step->p_next);
    for (size_t i = step->stages; i-- > 0;) {
        const Node *weighted = weighted_costate(graph, tableau, step, i);
        if (!weighted)
            continue;
        step->bar[i] = graph_scale(graph, step->h, weighted);
        graph_label(step->bar[i], stage_label(graph, "g", i));
        node_list_add(&h_bars, graph_dot(graph, weighted, step->slope[i]));
        pull_stage(graph, field, step, i, control_bars);
        sum_add(&p, one, step->costate[i]);
    }
    step->h_bar = derive_sum(graph, &h_bars);
    step->p = sum_node(&p);
    if (!step->p)
        step->p = graph_spread(graph, graph_integer(graph, 0), step->y->shape);
    graph_label(step->p, "p");
}

Step step_build(Graph *graph, const Tableau *tableau, const Field *field, bool residual, const Node *h,
                NodeList *control_bars)
{
    Arena *arena = graph_arena(graph);
    size_t s = tableau->stages;
    Step step = {
        .stages = s,
        .y = field->y,
        .h = h,
        .p_next = graph_input(graph, "p_next", field->y->shape),
        .stage = ARENA_ARRAY(arena, s, const Node *),
        .slope = ARENA_ARRAY(arena, s, const Node *),
        .bar = ARENA_ARRAY(arena, s, const Node *),
        .costate = ARENA_ARRAY(arena, s, const Node *),
    };
    for (size_t k = 0; k < field->control_count; k++)
        control_bars[k] = node_list(arena);
    build_forward(graph, tableau, field, residual, &step);
    build_adjoint(graph, tableau, field, residual, &step, control_bars);
    return step;
}
