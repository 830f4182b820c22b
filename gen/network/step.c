/* step: one Runge-Kutta step and its adjoint as expressions; see network.h.
 *
 * Stages that need each other, or themselves, are one equation (gen/graph/newton.h) in their values side by side,
 *     Y_i = y + h sum_j a_ij f(Y_j, u_j),
 * of d rows where each needs itself alone, of s d where each needs all; the others are computed one after the other.
 * Back goes the same way: with r_i what reaches Y_i from behind the group, its costates solve
 *     l_i = r_i + h sum_k a_ki J_i^T l_k,   k in the group,
 * which is the transposed system of the stages, and what f_i gets is g_i = h b_i p+ + h sum_k a_ki l_k for all k. */
#include "gen/network/network.h"

#include "gen/graph/newton.h"
#include "gen/graph/rows.h"
#include "gen/model/separation.h"

#include <string.h>

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

/* A step under construction. Its values are numbered as in Step: i * parts + k is stage i of part k. */
typedef struct {
    Graph *graph;
    const StageArguments *arguments;
    const Separation *separation;
    const Coupling *coupling;
    Step *step;
    NodeList *stage_bars; /* by value: what reaches a stage from the slopes and rates that were pulled back */
    NodeList *bars;       /* of the leaves */
    NodeList h_bars;
    bool *pulled, *rate_pulled; /* by value; by stage */
    bool *reached;              /* by value: the stage has its costate, or gets none */
} Construction;

static const Number *const *row_of(const Construction *construction, size_t value)
{
    const Separation *separation = construction->separation;
    return &separation->tableau[value % separation->parts]->a[value / separation->parts * construction->step->stages];
}

/* ---- names for readers ---- */

typedef enum { LETTER_STAGE, LETTER_SLOPE, LETTER_BAR, LETTER_COSTATE, LETTER_COUNT } Letter;

static const char *name_of(Arena *arena, Letter letter, size_t parts, size_t value)
{
    static const char letters[LETTER_COUNT][3] = {"YQV", "ffg", "gGH", "lLM"};
    return text_print(arena, "%c%zu", letters[letter][parts > 1 ? 1 + value % parts : 0], value / parts + 1);
}

const char *step_stage_name(Arena *arena, const Step *step, size_t value)
{
    return name_of(arena, LETTER_STAGE, step->parts, value);
}

/* "f2": stage, slope, costate of the slope or costate of the stage; of q and of v in a pair. */
static const char *stage_label(const Construction *construction, Letter letter, size_t value)
{
    return name_of(graph_arena(construction->graph), letter, construction->separation->parts, value);
}

/* "Y1", "Y1_Y2". */
static const char *group_label(const Construction *construction, Letter letter, const CoupledGroup *group)
{
    const char *label = stage_label(construction, letter, group->members[0]);
    for (size_t k = 1; k < group->count; k++)
        label = text_print(graph_arena(construction->graph), "%s_%s", label,
                           stage_label(construction, letter, group->members[k]));
    return label;
}

/* ---- forward ---- */

/* y + h sum_j weights_j slopes_j of part k, or without y. */
static const Node *advance(const Construction *construction, size_t k, const Node *const *slopes,
                           const Number *const *weights, bool with_y)
{
    const Step *step = construction->step;
    Sum sum = sum_of(construction->graph, step->stages + 1);
    if (with_y)
        sum_add(&sum, graph_integer(construction->graph, 1), step->y_part[k]);
    for (size_t j = 0; j < step->stages; j++)
        if (number_sign(weights[j]) != 0)
            sum_add(&sum, times_h(construction->graph, step->h, weights[j]), slopes[j * step->parts + k]);
    return sum_node(&sum);
}

/* expression, of the field or the cost, at stage i, where the parts of the state are stages[i * parts ..]. */
static const Node *value_at(const Construction *construction, const Node *const *stages, size_t i,
                            const Node *expression)
{
    const StageArguments *arguments = construction->arguments;
    const Separation *separation = construction->separation;
    Substitution map = graph_substitution(construction->graph);
    for (size_t k = 0; k < arguments->count; k++)
        if (arguments->images[i * arguments->count + k] != arguments->inputs[k])
            graph_replace(construction->graph, &map, arguments->inputs[k], arguments->images[i * arguments->count + k]);
    for (size_t k = 0; k < separation->parts; k++)
        if (stages[i * separation->parts + k])
            graph_replace(construction->graph, &map, separation->inputs[k], stages[i * separation->parts + k]);
    return graph_substitute(construction->graph, &map, expression);
}

/* Is everything there that this slope depends on? */
static bool is_slope_ready(const Construction *construction, const Node *const *stages, size_t value)
{
    const Separation *separation = construction->separation;
    size_t parts = separation->parts, first = value - value % parts;
    for (size_t k = 0; k < parts; k++)
        if (separation->depends[value % parts][k] && !stages[first + k])
            return false;
    return true;
}

static const Node *slope_at(const Construction *construction, const Node *const *stages, size_t value)
{
    const Separation *separation = construction->separation;
    return value_at(construction, stages, value / separation->parts, separation->field[value % separation->parts]);
}

/* What the equation of a group is about. */
typedef struct {
    const CoupledGroup *group;
    const Node *unknown;         /* all of its stages */
    const Node **parts, **image; /* [group->count] each of them, and y + h sum_j a_ij f(Y_j) */
} StageEquation;

static StageEquation equation_of(const Construction *construction, const CoupledGroup *group)
{
    Graph *graph = construction->graph;
    const Step *step = construction->step;
    Arena *arena = graph_arena(graph);
    size_t count = step->stages * step->parts, unknowns = separation_unknowns(construction->separation, group), at = 0;
    const char *name = "Z";
    for (size_t k = 0; k < group->count; k++)
        name = text_print(arena, "%s%s%zu", name, k ? "_Z" : "", group->members[k] + 1);
    StageEquation equation = {.group = group,
                              .unknown = graph_input(graph, name, shape_vector(unknowns, true)),
                              .parts = ARENA_ARRAY(arena, group->count, const Node *),
                              .image = ARENA_ARRAY(arena, group->count, const Node *)};
    const Node **slopes = ARENA_ARRAY(arena, count, const Node *), **stages = ARENA_ARRAY(arena, count, const Node *);
    memcpy(slopes, step->slope, count * sizeof *slopes);
    memcpy(stages, step->stage, count * sizeof *stages);
    for (size_t k = 0; k < group->count; k++) {
        Shape shape = step->y_part[group->members[k] % step->parts]->shape;
        equation.parts[k] = group->count > 1 ? graph_slice(graph, equation.unknown, at, shape) : equation.unknown;
        stages[group->members[k]] = equation.parts[k];
        at += shape.rows;
    }
    for (size_t value = 0; value < count; value++)
        if (!slopes[value] && is_slope_ready(construction, stages, value))
            slopes[value] = slope_at(construction, stages, value);
    for (size_t k = 0; k < group->count; k++)
        equation.image[k] = advance(construction, group->members[k] % step->parts, slopes,
                                    row_of(construction, group->members[k]), true);
    return equation;
}

/* One below the other. */
static const Node *stacked(Graph *graph, size_t count, const Node *const *parts)
{
    return count > 1 ? graph_concat(graph, parts, count) : parts[0];
}

/* What a group's value `vector` holds of each of its stages, into values. */
static void unstack(const Construction *construction, const CoupledGroup *group, const Node *vector,
                    const Node **values)
{
    const Step *step = construction->step;
    size_t at = 0;
    for (size_t k = 0; k < group->count; k++) {
        Shape shape = step->y_part[group->members[k] % step->parts]->shape;
        values[group->members[k]] = group->count > 1 ? graph_slice(construction->graph, vector, at, shape) : vector;
        at += shape.rows;
    }
}

static void build_coupled(const Construction *construction, const CoupledGroup *group)
{
    Graph *graph = construction->graph;
    Step *step = construction->step;
    const StageEquation equation = equation_of(construction, group);
    const Node **start = ARENA_ARRAY(graph_arena(graph), group->count, const Node *);
    for (size_t k = 0; k < group->count; k++)
        start[k] = step->y_part[group->members[k] % step->parts];
    const Node *newton =
        graph_newton(graph, equation.unknown, group->count, equation.parts,
                     stacked(graph, group->count, equation.image), stacked(graph, group->count, start));
    graph_label(newton, group_label(construction, LETTER_STAGE, group));
    unstack(construction, group, newton_solution(graph, newton), step->stage);
    for (size_t k = 0; k < group->count; k++)
        step->newton[group->members[k]] = newton;
}

/* y + h sum_j a_ij f_j; a first stage that needs no slope is y itself. */
static const Node *image_of(const Construction *construction, size_t value)
{
    const Step *step = construction->step;
    const Number *const *row = row_of(construction, value);
    bool first = value / step->parts == 0;
    for (size_t j = 0; first && j < step->stages; j++)
        first = number_sign(row[j]) == 0;
    return first ? step->y_part[value % step->parts]
                 : advance(construction, value % step->parts, step->slope, row, true);
}

/* Slopes whose stages are there. */
static void build_slopes(const Construction *construction)
{
    Step *step = construction->step;
    for (size_t value = 0; value < step->stages * step->parts; value++) {
        if (step->slope[value] || !is_slope_ready(construction, step->stage, value))
            continue;
        step->slope[value] = slope_at(construction, step->stage, value);
        graph_label(step->slope[value], stage_label(construction, LETTER_SLOPE, value));
    }
}

static void build_next(const Construction *construction, bool residual)
{
    Step *step = construction->step;
    for (size_t k = 0; k < step->parts; k++) {
        step->next_part[k] = advance(construction, k, step->slope, construction->separation->tableau[k]->b, residual);
        if (!step->next_part[k])
            step->next_part[k] =
                graph_spread(construction->graph, graph_integer(construction->graph, 0), step->y_part[k]->shape);
    }
    step->y_next = stacked(construction->graph, step->parts, step->next_part);
    graph_label(step->y_next, "y_next");
}

static void build_forward(const Construction *construction, bool residual)
{
    Step *step = construction->step;
    for (size_t g = 0; g < construction->coupling->count; g++) {
        const CoupledGroup *group = &construction->coupling->groups[g];
        if (group->coupled)
            build_coupled(construction, group);
        else
            step->stage[group->members[0]] = image_of(construction, group->members[0]);
        for (size_t k = 0; k < group->count; k++)
            graph_label(step->stage[group->members[k]], stage_label(construction, LETTER_STAGE, group->members[k]));
        build_slopes(construction);
    }
    for (size_t value = 0; value < step->stages * step->parts; value++)
        step->image[value] = image_of(construction, value);
    build_next(construction, residual);
}

/* h sum_i b_i r_i, and the costates of the r_i; b and c are the first tableau's. */
static void build_cost(const Construction *construction)
{
    Graph *graph = construction->graph;
    Step *step = construction->step;
    const Number *const *b = construction->separation->tableau[0]->b;
    Sum sum = sum_of(graph, step->stages);
    step->rate = ARENA_ARRAY(graph_arena(graph), step->stages, const Node *);
    step->rate_bar = ARENA_ARRAY(graph_arena(graph), step->stages, const Node *);
    for (size_t i = 0; i < step->stages; i++) {
        if (number_sign(b[i]) == 0)
            continue;
        const Node *weight = times_h(graph, step->h, b[i]);
        step->rate[i] = value_at(construction, step->stage, i, construction->separation->cost);
        graph_label(step->rate[i], text_print(graph_arena(graph), "rate%zu", i + 1));
        step->rate_bar[i] = graph_scale(graph, weight, step->weight);
        sum_add(&sum, weight, step->rate[i]);
    }
    step->cost = sum_node(&sum);
    graph_label(step->cost, "cost");
}

/* ---- adjoint ---- */

/* b_i p+ + sum_j a_ji l_j, as far as the l_j are there: with all of them g_i / h, and also what f_i contributes to
 * dJ/dh. */
static const Node *weighted_costate(const Construction *construction, size_t value)
{
    Graph *graph = construction->graph;
    const Step *step = construction->step;
    size_t parts = step->parts, i = value / parts, k = value % parts;
    const Tableau *tableau = construction->separation->tableau[k];
    Sum sum = sum_of(graph, step->stages + 1);
    sum_add(&sum, graph_constant(graph, tableau->b[i]), step->p_next_part[k]);
    for (size_t j = 0; j < step->stages; j++)
        if (number_sign(tableau_a(tableau, j, i)) != 0)
            sum_add(&sum, graph_constant(graph, tableau_a(tableau, j, i)), step->costate[j * parts + k]);
    return sum_node(&sum);
}

/* Adds what bar contributes to the parts of stage i, and to the leaves where `leaves` says so, when it arrives at root.
 */
static void pull_value(const Construction *construction, size_t i, const Node *root, const Node *bar, bool leaves,
                       NodeList *stage_bars)
{
    Arena *arena = graph_arena(construction->graph);
    const StageArguments *arguments = construction->arguments;
    const Step *step = construction->step;
    size_t parts = step->parts, count = parts + (leaves ? arguments->leaf_count : 0);
    const Node **inputs = ARENA_ARRAY(arena, count, const Node *);
    NodeList *own = ARENA_ARRAY(arena, count, NodeList);
    for (size_t k = 0; k < count; k++)
        inputs[k] = k < parts ? step->stage[i * parts + k] : arguments->leaves[k - parts];
    derive_pullback(construction->graph, root, bar, count, inputs, own);
    for (size_t k = 0; k < count; k++)
        for (size_t term = 0; term < own[k].count; term++)
            node_list_add(k < parts ? &stage_bars[i * parts + k] : &construction->bars[k - parts], own[k].nodes[term]);
}

/* Does the slope, not yet pulled back, have its whole costate? */
static bool is_complete(const Construction *construction, size_t value)
{
    const Step *step = construction->step;
    const Tableau *tableau = construction->separation->tableau[value % step->parts];
    bool complete = !construction->pulled[value];
    for (size_t j = 0; complete && j < step->stages; j++)
        complete = number_sign(tableau_a(tableau, j, value / step->parts)) == 0 ||
                   construction->reached[j * step->parts + value % step->parts];
    return complete;
}

/* Are the two slopes one value, of stages that are one, and handed the same? */
static bool is_twin(const Construction *construction, size_t value, size_t other, const Node *weighted)
{
    const Step *step = construction->step;
    size_t parts = step->parts, first = value - value % parts, second = other - other % parts;
    if (value % parts != other % parts || step->slope[value] != step->slope[other])
        return false;
    for (size_t k = 0; k < parts; k++)
        if (construction->separation->depends[value % parts][k] && step->stage[first + k] != step->stage[second + k])
            return false;
    return is_complete(construction, other) && weighted_costate(construction, other) == weighted;
}

/* The slope and its twins, which are taken back as one: their number. */
static size_t take_twins(const Construction *construction, size_t value, const Node *weighted, size_t *twins)
{
    size_t count = 0;
    twins[count++] = value;
    for (size_t other = 0; other < construction->step->stages * construction->step->parts; other++)
        if (other != value && is_twin(construction, value, other, weighted))
            twins[count++] = other;
    for (size_t k = 0; k < count; k++)
        construction->pulled[twins[k]] = true;
    return count;
}

/* What `count` slopes that are one value hand to their stages and to the leaves, bar being what all of them get. */
static void pull_twins(const Construction *construction, size_t count, const size_t *twins, const Node *bar)
{
    Graph *graph = construction->graph;
    Arena *arena = graph_arena(graph);
    const Step *step = construction->step;
    size_t values = step->stages * step->parts, parts = step->parts;
    const Node *share =
        graph_constant(graph, number_divide(arena, number_integer(arena, 1), number_integer(arena, (long)count)));
    NodeList *own = ARENA_ARRAY(arena, values, NodeList);
    for (size_t value = 0; value < values; value++)
        own[value] = node_list(arena);
    pull_value(construction, twins[0] / parts, step->slope[twins[0]], bar, true, own);
    for (size_t t = 0; t < count; t++)
        for (size_t k = 0; k < parts; k++) {
            const NodeList *list = &own[twins[0] - twins[0] % parts + k];
            for (size_t term = 0; term < list->count; term++)
                node_list_add(&construction->stage_bars[twins[t] - twins[t] % parts + k],
                              count > 1 ? graph_scale(graph, share, list->nodes[term]) : list->nodes[term]);
        }
}

/* What a slope hands to its stage and to the leaves; what comes of the step it is in. Once, when all that follows of
 * it has a costate. Slopes that are one value, as in Verlet's method, go as one. */
static void pull_slope(Construction *construction, size_t value)
{
    Graph *graph = construction->graph;
    Step *step = construction->step;
    const Node *weighted = construction->pulled[value] ? NULL : weighted_costate(construction, value);
    if (!weighted) {
        construction->pulled[value] = true;
        return;
    }
    size_t *twins = ARENA_ARRAY(graph_arena(graph), step->stages * step->parts, size_t);
    const size_t count = take_twins(construction, value, weighted, twins);
    for (size_t t = 0; t < count; t++)
        step->bar[twins[t]] = graph_scale(graph, step->h, weighted);
    const Node *all = graph_integer(graph, (long)count), *bar = step->bar[value];
    graph_label(bar, stage_label(construction, LETTER_BAR, value));
    if (count > 1)
        bar = graph_scale(graph, graph_binary(graph, OP_MUL, step->h, all), weighted);
    node_list_add(&construction->h_bars,
                  graph_dot(graph, count > 1 ? graph_scale(graph, all, weighted) : weighted, step->slope[value]));
    pull_twins(construction, count, twins, bar);
}

static void pull_rate(Construction *construction, size_t i)
{
    Graph *graph = construction->graph;
    const Step *step = construction->step;
    if (construction->rate_pulled[i] || !step->rate || !step->rate[i])
        return;
    construction->rate_pulled[i] = true;
    const Number *b = construction->separation->tableau[0]->b[i];
    const Node *weight = graph_scale(graph, graph_constant(graph, b), step->weight);
    node_list_add(&construction->h_bars, graph_slope(graph, weight, step->rate[i]));
    pull_value(construction, i, step->rate[i], step->rate_bar[i], true, construction->stage_bars);
}

/* The slopes and the rate of stage i that depend on its part k, or on no part. */
static void pull_stage(Construction *construction, size_t value)
{
    const Separation *separation = construction->separation;
    size_t parts = separation->parts, i = value / parts;
    for (size_t k = 0; k < parts; k++)
        if (separation->depends[k][value % parts])
            pull_slope(construction, i * parts + k);
    pull_rate(construction, i);
}

/* What reaches the stages of a group from behind it: before their own costates are known, and so to none of the
 * leaves. NULL: nothing. */
static const Node *behind_group(const Construction *construction, const CoupledGroup *group)
{
    Graph *graph = construction->graph;
    Arena *arena = graph_arena(graph);
    const Step *step = construction->step;
    const Separation *separation = construction->separation;
    size_t parts = step->parts, count = step->stages * parts;
    NodeList *own = ARENA_ARRAY(arena, count, NodeList);
    bool *seen = ARENA_ARRAY(arena, count, bool), *rated = ARENA_ARRAY(arena, step->stages, bool), any = false;
    for (size_t value = 0; value < count; value++)
        own[value] = node_list(arena);
    for (size_t m = 0; m < group->count; m++) {
        size_t i = group->members[m] / parts;
        for (size_t value = i * parts; value < (i + 1) * parts; value++) {
            bool depends = separation->depends[value % parts][group->members[m] % parts];
            const Node *weighted = depends && !seen[value] ? weighted_costate(construction, value) : NULL;
            seen[value] = seen[value] || depends;
            if (weighted)
                pull_value(construction, i, step->slope[value], graph_scale(graph, step->h, weighted), false, own);
        }
        if (!rated[i] && step->rate && step->rate[i])
            pull_value(construction, i, step->rate[i], step->rate_bar[i], false, own);
        rated[i] = true;
    }
    const Node **sums = ARENA_ARRAY(arena, group->count, const Node *);
    for (size_t m = 0; m < group->count; m++) {
        sums[m] = derive_sum(graph, &own[group->members[m]]);
        any = any || sums[m];
        if (!sums[m])
            sums[m] = graph_spread(graph, graph_integer(graph, 0), step->y_part[group->members[m] % parts]->shape);
    }
    return any ? stacked(graph, group->count, sums) : NULL;
}

/* The costates of a group's stages. */
static void solve_group(const Construction *construction, const CoupledGroup *group)
{
    const Step *step = construction->step;
    const Node *behind = behind_group(construction, group);
    if (!behind)
        return;
    const Node *costates = graph_solve(construction->graph, step->newton[group->members[0]], behind, true);
    graph_label(costates, group_label(construction, LETTER_COSTATE, group));
    unstack(construction, group, costates, step->costate);
}

static void pull_group(Construction *construction, const CoupledGroup *group, Sum *p)
{
    Graph *graph = construction->graph;
    Step *step = construction->step;
    if (group->coupled)
        solve_group(construction, group);
    for (size_t m = 0; group->coupled && m < group->count; m++)
        construction->reached[group->members[m]] = true;
    for (size_t m = group->count; m-- > 0;) {
        size_t value = group->members[m];
        pull_stage(construction, value);
        if (!group->coupled)
            step->costate[value] = derive_sum(graph, &construction->stage_bars[value]);
        construction->reached[value] = true;
        if (!step->costate[value])
            continue;
        graph_label(step->costate[value], stage_label(construction, LETTER_COSTATE, value));
        sum_add(&p[value % step->parts], graph_integer(graph, 1), step->costate[value]);
    }
}

static void build_adjoint(Construction *construction, bool residual)
{
    Graph *graph = construction->graph;
    Step *step = construction->step;
    Sum p[SEPARATION_MOST_PARTS];
    for (size_t k = 0; k < step->parts; k++) {
        p[k] = sum_of(graph, step->stages + 1);
        if (residual)
            sum_add(&p[k], graph_integer(graph, 1), step->p_next_part[k]);
    }
    for (size_t g = construction->coupling->count; g-- > 0;)
        pull_group(construction, &construction->coupling->groups[g], p);
    for (size_t value = step->stages * step->parts; value-- > 0;)
        pull_slope(construction, value); /* what depends on no stage */
    step->h_bar = derive_sum(graph, &construction->h_bars);
    for (size_t k = 0; k < step->parts; k++) {
        step->p_part[k] = sum_node(&p[k]);
        if (!step->p_part[k])
            step->p_part[k] = graph_spread(graph, graph_integer(graph, 0), step->y_part[k]->shape);
    }
    step->p = stacked(graph, step->parts, step->p_part);
    graph_label(step->p, "p");
}

/* ---- all of it ---- */

static Step open_step(Graph *graph, const Separation *separation, const Problem *problem, const Node *h,
                      const Node *weight)
{
    Arena *arena = graph_arena(graph);
    size_t stages = separation->tableau[0]->stages, count = stages * separation->parts;
    Step step = {
        .stages = stages,
        .parts = separation->parts,
        .y = problem->y,
        .h = h,
        .p_next = graph_input(graph, "p_next", problem->y->shape),
        .weight = weight,
        .stage = ARENA_ARRAY(arena, count, const Node *),
        .slope = ARENA_ARRAY(arena, count, const Node *),
        .image = ARENA_ARRAY(arena, count, const Node *),
        .newton = ARENA_ARRAY(arena, count, const Node *),
        .bar = ARENA_ARRAY(arena, count, const Node *),
        .costate = ARENA_ARRAY(arena, count, const Node *),
    };
    for (size_t k = 0; k < step.parts; k++) {
        step.y_part[k] = graph_rows(graph, step.y, separation->from[k], separation->rows[k]);
        step.p_next_part[k] = graph_rows(graph, step.p_next, separation->from[k], separation->rows[k]);
    }
    return step;
}

Step step_build(Graph *graph, const Tableau *tableau, const Problem *problem, bool residual, const Node *h,
                const Node *weight, const StageArguments *arguments, NodeList *bars)
{
    Arena *arena = graph_arena(graph);
    const Separation separation = separation_of(graph, tableau, problem);
    const Coupling coupling = separation_coupling(arena, &separation);
    Step step = open_step(graph, &separation, problem, h, weight);
    Construction construction = {.graph = graph,
                                 .arguments = arguments,
                                 .separation = &separation,
                                 .coupling = &coupling,
                                 .step = &step,
                                 .stage_bars = ARENA_ARRAY(arena, step.stages * step.parts, NodeList),
                                 .bars = bars,
                                 .h_bars = node_list(arena),
                                 .pulled = ARENA_ARRAY(arena, step.stages * step.parts, bool),
                                 .rate_pulled = ARENA_ARRAY(arena, step.stages, bool),
                                 .reached = ARENA_ARRAY(arena, step.stages * step.parts, bool)};
    for (size_t k = 0; k < arguments->leaf_count; k++)
        bars[k] = node_list(arena);
    for (size_t value = 0; value < step.stages * step.parts; value++)
        construction.stage_bars[value] = node_list(arena);
    build_forward(&construction, residual);
    if (separation.cost)
        build_cost(&construction);
    build_adjoint(&construction, residual);
    return step;
}
