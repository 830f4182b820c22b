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

static const Node *times_h(Graph *graph, const Node *h, const Number *value)
{
    return graph_binary(graph, OP_MUL, h, graph_constant(graph, value));
}

/* y + h sum_j weights_j f_j, or without y. */
static const Node *advance(Graph *graph, const Step *step, size_t count, const Number *const *weights, bool with_y)
{
    Sum sum = sum_of(graph, count + 1);
    if (with_y)
        sum_add(&sum, graph_integer(graph, 1), step->y);
    for (size_t j = 0; j < count; j++)
        if (number_sign(weights[j]) != 0)
            sum_add(&sum, times_h(graph, step->h, weights[j]), step->slope[j]);
    return sum_node(&sum);
}

/* value, of the field or the cost, at stage i. */
static const Node *value_at(Graph *graph, const Problem *problem, const StageArguments *arguments, const Step *step,
                            size_t i, const Node *value)
{
    Substitution map = graph_substitution(graph);
    for (size_t k = 0; k < arguments->count; k++)
        if (arguments->images[i * arguments->count + k] != arguments->inputs[k])
            graph_replace(graph, &map, arguments->inputs[k], arguments->images[i * arguments->count + k]);
    graph_replace(graph, &map, problem->y, step->stage[i]);
    return graph_substitute(graph, &map, value);
}

static void build_forward(Graph *graph, const Tableau *tableau, const Problem *problem, bool residual,
                          const StageArguments *arguments, Step *step)
{
    for (size_t i = 0; i < step->stages; i++) {
        const Number *const *row = &tableau->a[i * step->stages];
        step->stage[i] = i ? advance(graph, step, i, row, true) : step->y;
        graph_label(step->stage[i], stage_label(graph, "Y", i));
        step->slope[i] = value_at(graph, problem, arguments, step, i, problem->field);
        graph_label(step->slope[i], stage_label(graph, "f", i));
    }
    step->y_next = advance(graph, step, step->stages, tableau->b, residual);
    if (!step->y_next)
        step->y_next = graph_spread(graph, graph_integer(graph, 0), step->y->shape);
    graph_label(step->y_next, "y_next");
}

/* h sum_i b_i r_i, and the costates of the r_i. */
static void build_cost(Graph *graph, const Tableau *tableau, const Problem *problem, const StageArguments *arguments,
                       Step *step)
{
    Sum sum = sum_of(graph, step->stages);
    step->rate = ARENA_ARRAY(graph_arena(graph), step->stages, const Node *);
    step->rate_bar = ARENA_ARRAY(graph_arena(graph), step->stages, const Node *);
    for (size_t i = 0; i < step->stages; i++) {
        if (number_sign(tableau->b[i]) == 0)
            continue;
        const Node *weight = times_h(graph, step->h, tableau->b[i]);
        step->rate[i] = value_at(graph, problem, arguments, step, i, problem->cost);
        graph_label(step->rate[i], stage_label(graph, "rate", i));
        step->rate_bar[i] = graph_scale(graph, weight, step->weight);
        sum_add(&sum, weight, step->rate[i]);
    }
    step->cost = sum_node(&sum);
    graph_label(step->cost, "cost");
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

/* Adds what bar contributes to Y_i and to the leaves when it arrives at root. */
static void pull_value(Graph *graph, const StageArguments *arguments, const Step *step, size_t i, const Node *root,
                       const Node *bar, NodeList *stage_bars, NodeList *bars)
{
    Arena *arena = graph_arena(graph);
    size_t count = arguments->leaf_count + 1;
    const Node **inputs = ARENA_ARRAY(arena, count, const Node *);
    NodeList *own = ARENA_ARRAY(arena, count, NodeList);
    inputs[0] = step->stage[i];
    for (size_t k = 1; k < count; k++)
        inputs[k] = arguments->leaves[k - 1];
    derive_pullback(graph, root, bar, count, inputs, own);
    for (size_t k = 0; k < count; k++)
        for (size_t term = 0; term < own[k].count; term++)
            node_list_add(k ? &bars[k - 1] : stage_bars, own[k].nodes[term]);
}

static void build_adjoint(Graph *graph, const Tableau *tableau, bool residual, const StageArguments *arguments,
                          Step *step, NodeList *bars)
{
    NodeList h_bars = node_list(graph_arena(graph));
    Sum p = sum_of(graph, step->stages + 1);
    const Node *one = graph_integer(graph, 1);
    if (residual)
        sum_add(&p, one, step->p_next);
    for (size_t i = step->stages; i-- > 0;) {
        NodeList stage_bars = node_list(graph_arena(graph));
        const Node *weighted = weighted_costate(graph, tableau, step, i);
        if (weighted) {
            step->bar[i] = graph_scale(graph, step->h, weighted);
            graph_label(step->bar[i], stage_label(graph, "g", i));
            node_list_add(&h_bars, graph_dot(graph, weighted, step->slope[i]));
            pull_value(graph, arguments, step, i, step->slope[i], step->bar[i], &stage_bars, bars);
        }
        if (step->rate && step->rate[i]) {
            const Node *weight = graph_scale(graph, graph_constant(graph, tableau->b[i]), step->weight);
            node_list_add(&h_bars, graph_multiply(graph, weight, step->rate[i]));
            pull_value(graph, arguments, step, i, step->rate[i], step->rate_bar[i], &stage_bars, bars);
        }
        step->costate[i] = derive_sum(graph, &stage_bars);
        if (!step->costate[i])
            continue;
        graph_label(step->costate[i], stage_label(graph, "l", i));
        sum_add(&p, one, step->costate[i]);
    }
    step->h_bar = derive_sum(graph, &h_bars);
    step->p = sum_node(&p);
    if (!step->p)
        step->p = graph_spread(graph, graph_integer(graph, 0), step->y->shape);
    graph_label(step->p, "p");
}

Step step_build(Graph *graph, const Tableau *tableau, const Problem *problem, bool residual, const Node *h,
                const Node *weight, const StageArguments *arguments, NodeList *bars)
{
    Arena *arena = graph_arena(graph);
    size_t s = tableau->stages;
    Step step = {
        .stages = s,
        .y = problem->y,
        .h = h,
        .p_next = graph_input(graph, "p_next", problem->y->shape),
        .weight = weight,
        .stage = ARENA_ARRAY(arena, s, const Node *),
        .slope = ARENA_ARRAY(arena, s, const Node *),
        .bar = ARENA_ARRAY(arena, s, const Node *),
        .costate = ARENA_ARRAY(arena, s, const Node *),
    };
    for (size_t k = 0; k < arguments->leaf_count; k++)
        bars[k] = node_list(arena);
    build_forward(graph, tableau, problem, residual, arguments, &step);
    if (problem->cost)
        build_cost(graph, tableau, problem, arguments, &step);
    build_adjoint(graph, tableau, residual, arguments, &step, bars);
    return step;
}
