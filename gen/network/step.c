/* step: one Runge-Kutta step and its adjoint as expressions; see network.h.
 *
 * Stages that need each other, or themselves, are one equation (gen/graph/newton.h) in their values side by side,
 *     Y_i = y + h sum_j a_ij f(Y_j, u_j),
 * of d rows where each needs itself alone, of s d where each needs all; the others are computed one after the other.
 * Back goes the same way: with r_i what reaches Y_i from behind the group, its costates solve
 *     l_i = r_i + h sum_k a_ki J_i^T l_k,   k in the group,
 * which is the transposed system of the stages, and what f_i gets is g_i = h b_i p+ + h sum_k a_ki l_k for all k. */
#include "gen/model/coupling.h"
#include "gen/network/network.h"

#include "gen/graph/newton.h"

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

/* y + h sum_j weights_j slopes_j, or without y. */
static const Node *advance(Graph *graph, const Step *step, const Node *const *slopes, const Number *const *weights,
                           bool with_y)
{
    Sum sum = sum_of(graph, step->stages + 1);
    if (with_y)
        sum_add(&sum, graph_integer(graph, 1), step->y);
    for (size_t j = 0; j < step->stages; j++)
        if (number_sign(weights[j]) != 0)
            sum_add(&sum, times_h(graph, step->h, weights[j]), slopes[j]);
    return sum_node(&sum);
}

/* value, of the field or the cost, at stage i, where the state is y. */
static const Node *value_at(Graph *graph, const Problem *problem, const StageArguments *arguments, const Node *y,
                            size_t i, const Node *value)
{
    Substitution map = graph_substitution(graph);
    for (size_t k = 0; k < arguments->count; k++)
        if (arguments->images[i * arguments->count + k] != arguments->inputs[k])
            graph_replace(graph, &map, arguments->inputs[k], arguments->images[i * arguments->count + k]);
    graph_replace(graph, &map, problem->y, y);
    return graph_substitute(graph, &map, value);
}

/* What the equation of a group is about. */
typedef struct {
    const CoupledGroup *group;
    const Node *unknown;         /* all of its stages */
    const Node **parts, **image; /* [group->count] each of them, and y + h sum_j a_ij f(Y_j) */
} StageEquation;

/* "Y1", "Y1_Y2". */
static const char *group_label(Graph *graph, const char *letter, const CoupledGroup *group)
{
    const char *label = stage_label(graph, letter, group->members[0]);
    for (size_t k = 1; k < group->count; k++)
        label = text_print(graph_arena(graph), "%s_%s", label, stage_label(graph, letter, group->members[k]));
    return label;
}

static StageEquation equation_of(Graph *graph, const Tableau *tableau, const Problem *problem,
                                 const StageArguments *arguments, const Step *step, const CoupledGroup *group)
{
    Arena *arena = graph_arena(graph);
    const Shape shape = step->y->shape;
    const char *name = group_label(graph, "Z", group);
    StageEquation equation = {.group = group,
                              .unknown = graph_input(graph, name, shape_vector(group->count * shape.rows, true)),
                              .parts = ARENA_ARRAY(arena, group->count, const Node *),
                              .image = ARENA_ARRAY(arena, group->count, const Node *)};
    const Node **slopes = ARENA_ARRAY(arena, step->stages, const Node *);
    for (size_t j = 0; j < step->stages; j++)
        slopes[j] = step->slope[j];
    for (size_t k = 0; k < group->count; k++) {
        size_t i = group->members[k];
        equation.parts[k] =
            group->count > 1 ? graph_slice(graph, equation.unknown, k * shape.rows, shape) : equation.unknown;
        slopes[i] = value_at(graph, problem, arguments, equation.parts[k], i, problem->field);
    }
    for (size_t k = 0; k < group->count; k++)
        equation.image[k] = advance(graph, step, slopes, &tableau->a[group->members[k] * step->stages], true);
    return equation;
}

/* One below the other. */
static const Node *stacked(Graph *graph, size_t count, const Node *const *parts)
{
    return count > 1 ? graph_concat(graph, parts, count) : parts[0];
}

static void build_coupled(Graph *graph, const Tableau *tableau, const Problem *problem, const StageArguments *arguments,
                          Step *step, const CoupledGroup *group)
{
    const StageEquation equation = equation_of(graph, tableau, problem, arguments, step, group);
    const Node **start = ARENA_ARRAY(graph_arena(graph), group->count, const Node *);
    for (size_t k = 0; k < group->count; k++)
        start[k] = step->y;
    const Node *newton =
        graph_newton(graph, equation.unknown, group->count, equation.parts,
                     stacked(graph, group->count, equation.image), stacked(graph, group->count, start));
    graph_label(newton, group_label(graph, "Y", group));
    for (size_t k = 0; k < group->count; k++) {
        size_t i = group->members[k];
        const Node *solution = newton_solution(graph, newton);
        step->stage[i] =
            group->count > 1 ? graph_slice(graph, solution, k * step->y->shape.rows, step->y->shape) : solution;
        step->newton[i] = newton;
    }
}

/* y + h sum_j a_ij f_j; the first stage of an explicit method is y itself. */
static const Node *image_of(Graph *graph, const Tableau *tableau, const Step *step, size_t i)
{
    bool first = i == 0;
    for (size_t j = 0; first && j < step->stages; j++)
        first = number_sign(tableau_a(tableau, i, j)) == 0;
    return first ? step->y : advance(graph, step, step->slope, &tableau->a[i * step->stages], true);
}

static void build_forward(Graph *graph, const Tableau *tableau, const Problem *problem, bool residual,
                          const StageArguments *arguments, const Coupling *coupling, Step *step)
{
    for (size_t g = 0; g < coupling->count; g++) {
        const CoupledGroup *group = &coupling->groups[g];
        if (group->coupled)
            build_coupled(graph, tableau, problem, arguments, step, group);
        else
            step->stage[group->members[0]] = image_of(graph, tableau, step, group->members[0]);
        for (size_t k = 0; k < group->count; k++) {
            size_t i = group->members[k];
            graph_label(step->stage[i], stage_label(graph, "Y", i));
            step->slope[i] = value_at(graph, problem, arguments, step->stage[i], i, problem->field);
            graph_label(step->slope[i], stage_label(graph, "f", i));
        }
        for (size_t k = 0; k < group->count; k++)
            step->image[group->members[k]] = image_of(graph, tableau, step, group->members[k]);
    }
    step->y_next = advance(graph, step, step->slope, tableau->b, residual);
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
        step->rate[i] = value_at(graph, problem, arguments, step->stage[i], i, problem->cost);
        graph_label(step->rate[i], stage_label(graph, "rate", i));
        step->rate_bar[i] = graph_scale(graph, weight, step->weight);
        sum_add(&sum, weight, step->rate[i]);
    }
    step->cost = sum_node(&sum);
    graph_label(step->cost, "cost");
}

/* b_i p+ + sum_j a_ji l_j, as far as the l_j are there: with all of them g_i / h, and also what f_i contributes to
 * dJ/dh. */
static const Node *weighted_costate(Graph *graph, const Tableau *tableau, const Step *step, size_t i)
{
    Sum sum = sum_of(graph, step->stages + 1);
    sum_add(&sum, graph_constant(graph, tableau->b[i]), step->p_next);
    for (size_t j = 0; j < step->stages; j++)
        if (number_sign(tableau_a(tableau, j, i)) != 0)
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

/* What the slope and the rate of stage i hand to Y_i, and to the leaves; what comes of the steps they are in. */
static void pull_stage(Graph *graph, const Tableau *tableau, const StageArguments *arguments, Step *step, size_t i,
                       NodeList *stage_bars, NodeList *bars, NodeList *h_bars)
{
    const Node *weighted = weighted_costate(graph, tableau, step, i);
    if (weighted) {
        step->bar[i] = graph_scale(graph, step->h, weighted);
        graph_label(step->bar[i], stage_label(graph, "g", i));
        node_list_add(h_bars, graph_dot(graph, weighted, step->slope[i]));
        pull_value(graph, arguments, step, i, step->slope[i], step->bar[i], stage_bars, bars);
    }
    if (step->rate && step->rate[i]) {
        const Node *weight = graph_scale(graph, graph_constant(graph, tableau->b[i]), step->weight);
        node_list_add(h_bars, graph_multiply(graph, weight, step->rate[i]));
        pull_value(graph, arguments, step, i, step->rate[i], step->rate_bar[i], stage_bars, bars);
    }
}

/* What reaches the stages of a group from behind it: before their own costates are known, and so to none of the
 * leaves. NULL: nothing. */
static const Node *behind_group(Graph *graph, const Tableau *tableau, const Step *step, const CoupledGroup *group)
{
    const Node **parts = ARENA_ARRAY(graph_arena(graph), group->count, const Node *);
    bool any = false;
    for (size_t k = 0; k < group->count; k++) {
        size_t i = group->members[k];
        NodeList own = node_list(graph_arena(graph));
        const StageArguments none = {.leaf_count = 0};
        const Node *weighted = weighted_costate(graph, tableau, step, i);
        if (weighted)
            pull_value(graph, &none, step, i, step->slope[i], graph_scale(graph, step->h, weighted), &own, NULL);
        if (step->rate && step->rate[i])
            pull_value(graph, &none, step, i, step->rate[i], step->rate_bar[i], &own, NULL);
        parts[k] = derive_sum(graph, &own);
        any = any || parts[k];
        if (!parts[k])
            parts[k] = graph_spread(graph, graph_integer(graph, 0), step->y->shape);
    }
    return any ? stacked(graph, group->count, parts) : NULL;
}

/* The costates of a group's stages. */
static void solve_group(Graph *graph, const Tableau *tableau, Step *step, const CoupledGroup *group)
{
    const Node *behind = behind_group(graph, tableau, step, group);
    if (!behind)
        return;
    const Node *costates = graph_solve(graph, step->newton[group->members[0]], behind, true);
    graph_label(costates, group_label(graph, "l", group));
    for (size_t k = 0; k < group->count; k++)
        step->costate[group->members[k]] =
            group->count > 1 ? graph_slice(graph, costates, k * step->y->shape.rows, step->y->shape) : costates;
}

static void build_adjoint(Graph *graph, const Tableau *tableau, bool residual, const StageArguments *arguments,
                          const Coupling *coupling, Step *step, NodeList *bars)
{
    NodeList h_bars = node_list(graph_arena(graph));
    Sum p = sum_of(graph, step->stages + 1);
    const Node *one = graph_integer(graph, 1);
    if (residual)
        sum_add(&p, one, step->p_next);
    for (size_t g = coupling->count; g-- > 0;) {
        const CoupledGroup *group = &coupling->groups[g];
        if (group->coupled)
            solve_group(graph, tableau, step, group);
        for (size_t k = group->count; k-- > 0;) {
            size_t i = group->members[k];
            NodeList stage_bars = node_list(graph_arena(graph));
            pull_stage(graph, tableau, arguments, step, i, &stage_bars, bars, &h_bars);
            if (!group->coupled)
                step->costate[i] = derive_sum(graph, &stage_bars);
            if (!step->costate[i])
                continue;
            graph_label(step->costate[i], stage_label(graph, "l", i));
            sum_add(&p, one, step->costate[i]);
        }
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
        .image = ARENA_ARRAY(arena, s, const Node *),
        .newton = ARENA_ARRAY(arena, s, const Node *),
        .bar = ARENA_ARRAY(arena, s, const Node *),
        .costate = ARENA_ARRAY(arena, s, const Node *),
    };
    for (size_t k = 0; k < arguments->leaf_count; k++)
        bars[k] = node_list(arena);
    const Coupling coupling = coupling_of_stages(arena, tableau);
    build_forward(graph, tableau, problem, residual, arguments, &coupling, &step);
    if (problem->cost)
        build_cost(graph, tableau, problem, arguments, &step);
    build_adjoint(graph, tableau, residual, arguments, &coupling, &step, bars);
    return step;
}
