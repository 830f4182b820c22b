#include "gen/network/identity.h"

typedef struct {
    Arena *arena;
    const Number *h;
    const Node *h_node;
    size_t size;              /* of the basis */
    const Node *const *basis; /* y, f_1 .. f_s or p_next, l_1 .. l_s */
} Expansion;

static const Number **zeros(Arena *arena, size_t count)
{
    const Number **form = ARENA_ARRAY(arena, count, const Number *);
    for (size_t i = 0; i < count; i++)
        form[i] = number_integer(arena, 0);
    return form;
}

static const Number *scalar_value(const Expansion *expansion, const Node *node)
{
    if (node == expansion->h_node)
        return expansion->h;
    if (node->op == OP_MUL)
        return number_multiply(expansion->arena, scalar_value(expansion, node->args[0]),
                               scalar_value(expansion, node->args[1]));
    return node->value;
}

/* form += factor * node, as a linear form in the basis. */
static void expand(const Expansion *expansion, const Node *node, const Number *factor, const Number **form)
{
    for (size_t i = 0; i < expansion->size; i++) {
        if (expansion->basis[i] == node) {
            form[i] = number_add(expansion->arena, form[i], factor);
            return;
        }
    }
    for (size_t k = 0; node->op == OP_COMBINE && k < combine_terms(node); k++)
        expand(expansion, combine_term(node, k),
               number_multiply(expansion->arena, factor, scalar_value(expansion, combine_coefficient(node, k))), form);
}

static const Number **form_of(const Expansion *expansion, const Node *node)
{
    const Number **form = zeros(expansion->arena, expansion->size);
    if (node)
        expand(expansion, node, number_integer(expansion->arena, 1), form);
    return form;
}

/* matrix += sign * left right^T: a product of two linear forms as a bilinear one. */
static void add_product(Arena *arena, size_t size, const Number **matrix, long sign, const Number *const *left,
                        const Number *const *right)
{
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++) {
            const Number *product = number_multiply(arena, left[i], right[j]);
            const Number *term = number_multiply(arena, number_integer(arena, sign), product);
            matrix[i * size + j] = number_add(arena, matrix[i * size + j], term);
        }
    }
}

static const Number **unit(Arena *arena, size_t size, size_t index)
{
    const Number **form = zeros(arena, size);
    form[index] = number_integer(arena, 1);
    return form;
}

/* Where a node stands first in the basis: stages of one expression are one in the forms. */
static size_t first_of(const Expansion *expansion, const Node *node)
{
    size_t i = 0;
    while (expansion->basis[i] != node)
        i++;
    return i;
}

/* Left side minus right side, [size][size]: rows p+, l_1 .., columns dy, df_1 ..; the parts of each in their order. */
static const Number **defect(Arena *arena, const Step *step, const Expansion *states, const Expansion *costates)
{
    size_t size = states->size;
    const Number **matrix = zeros(arena, size * size);
    for (size_t k = 0; k < step->parts; k++) {
        add_product(arena, size, matrix, 1, unit(arena, size, k), form_of(states, step->next_part[k]));
        add_product(arena, size, matrix, -1, form_of(costates, step->p_part[k]), unit(arena, size, k));
    }
    for (size_t i = 0; i < step->stages * step->parts; i++) {
        const Node *slope = step->slope[i], *costate = step->costate[i];
        if (slope)
            add_product(arena, size, matrix, -1, form_of(costates, step->bar[i]),
                        unit(arena, size, first_of(states, slope)));
        if (costate)
            add_product(arena, size, matrix, 1, unit(arena, size, first_of(costates, costate)),
                        form_of(states, step->image[i]));
    }
    return matrix;
}

/* The running cost is the state z' = r, whose costate is the constant w: w dz+ - w dz = sum_i <h b_i w, dr_i>. */
static bool cost_holds_at(Arena *arena, const Step *step, const Number *h)
{
    const Expansion rates = {arena, h, step->h, step->stages, step->rate},
                    weight = {arena, h, step->h, 1, &step->weight};
    const Number **cost = form_of(&rates, step->cost), **bars = zeros(arena, step->stages);
    for (size_t i = 0; i < step->stages; i++) {
        size_t first = 0; /* stages whose rate is one expression are one in the form */
        while (step->rate[first] != step->rate[i])
            first++;
        bars[first] = number_add(arena, bars[first], form_of(&weight, step->rate_bar[i])[0]);
    }
    for (size_t i = 0; i < step->stages; i++)
        if (number_compare(cost[i], bars[i]) != 0)
            return false;
    return true;
}

static bool holds_at(Arena *arena, const Step *step, const Number *h)
{
    size_t parts = step->parts, size = (step->stages + 1) * parts;
    const Node **states = ARENA_ARRAY(arena, size, const Node *), **costates = ARENA_ARRAY(arena, size, const Node *);
    for (size_t k = 0; k < parts; k++) {
        states[k] = step->y_part[k];
        costates[k] = step->p_next_part[k];
    }
    for (size_t i = 0; i < size - parts; i++) {
        states[parts + i] = step->slope[i];
        costates[parts + i] = step->costate[i];
    }
    const Expansion state_forms = {arena, h, step->h, size, states},
                    costate_forms = {arena, h, step->h, size, costates};
    const Number **matrix = defect(arena, step, &state_forms, &costate_forms);
    for (size_t i = 0; i < size * size; i++)
        if (number_sign(matrix[i]) != 0)
            return false;
    return !step->rate || cost_holds_at(arena, step, h);
}

bool identity_of_step(Arena *arena, const Step *step)
{
    for (long value = 1; value <= 3; value++)
        if (!holds_at(arena, step, number_integer(arena, value)))
            return false;
    return true;
}

/* f(y) = tanh(u .* y), r(y) = sin(u .* y): a field and a running cost whose values the expansion cannot take for
 * anything else. Of a pair: f = (tanh(u v), tanh(u q)), or with `coupled` (tanh(u (q + v)), tanh(u (q - v))). */
static bool holds_for(Arena *arena, const Tableau *tableau, bool coupled)
{
    Graph *graph = graph_new(arena);
    size_t parts = tableau->partner ? 2 : 1;
    const Node *y = graph_input(graph, "y", shape_vector(parts, true)),
               *u = graph_input(graph, "u", shape_scalar(false));
    const Node *h = graph_input(graph, "h", shape_scalar(false)), *moved = graph_scale(graph, u, y);
    if (tableau->partner) {
        const Node *q = graph_slice(graph, y, 0, shape_vector(1, true)),
                   *v = graph_slice(graph, y, 1, shape_vector(1, true));
        const Node *swapped[2] = {coupled ? graph_add(graph, q, v) : v, coupled ? graph_subtract(graph, q, v) : q};
        moved = graph_scale(graph, u, graph_concat(graph, swapped, 2));
    }
    const Problem problem = {.y = y,
                             .field = graph_unary(graph, OP_TANH, moved),
                             .partition = parts - 1,
                             .cost = graph_total(graph, graph_unary(graph, OP_SIN, moved))};
    const StageArguments arguments = {.leaf_count = 1, .leaves = &u};
    NodeList bars[1];
    const Step step = step_build(graph, tableau, &problem, true, h, graph_input(graph, "weight", shape_scalar(true)),
                                 &arguments, bars);
    return identity_of_step(arena, &step);
}

bool identity_bilinear(Arena *arena, const Tableau *tableau)
{
    return holds_for(arena, tableau, false) && (!tableau->partner || holds_for(arena, tableau, true));
}

void identity_text(Text *text, const Tableau *tableau)
{
    text_format(text, "bilinear: <p+, dy+> - <p, dy> = sum <g_i, df_i> - sum <l_i, dY_i> %s\n",
                identity_bilinear(text->arena, tableau) ? "holds exactly" : "FAILS");
}
