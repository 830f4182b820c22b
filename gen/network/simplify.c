#include "gen/network/simplify.h"

#include "gen/graph/newton.h"
#include "gen/graph/operation.h"

#include <stdint.h>

typedef struct {
    Graph *graph;       /* the new one */
    const Node **image; /* by id in the old graph */
    size_t *uses;       /* by id in the old graph */
    size_t *summed;     /* by id in the old graph: those uses of it that are terms of sums */
} Round;

/* The shared scalar s when every entry of node is s (node = SPREAD(s)), else NULL. */
static const Node *spread_scalar(const Node *node)
{
    return node->op == OP_SPREAD && node_is_shared_scalar(node->args[0]) ? node->args[0] : NULL;
}

static bool is_zero(const Node *node)
{
    const Node *scalar = spread_scalar(node);
    return node_is_constant(scalar ? scalar : node, 0, 1);
}

/* The only part of a concatenation that is not zero, and where it begins; NULL where it is none such, or all of it is
 * zero. */
static const Node *only_part(const Node *concat, size_t *from)
{
    const Node *found = NULL;
    size_t row = 0;
    for (size_t k = 0; concat->op == OP_CONCAT && k < concat->arg_count; row += concat->args[k++]->shape.rows) {
        if (is_zero(concat->args[k]))
            continue;
        if (found)
            return NULL;
        found = concat->args[k];
        *from = row;
    }
    return found;
}

/* Zeros of `rows` rows, but for part, which begins at row `from`. */
static const Node *among_zeros(Graph *graph, size_t rows, size_t from, const Node *part)
{
    const Node *zero = graph_integer(graph, 0), *parts[3];
    size_t count = 0, behind = from + part->shape.rows;
    if (from)
        parts[count++] = graph_spread(graph, zero, shape_vector(from, true));
    parts[count++] = part;
    if (behind < rows)
        parts[count++] = graph_spread(graph, zero, shape_vector(rows - behind, true));
    return count > 1 ? graph_concat(graph, parts, count) : part;
}

/* A column of the identity: a constant in one row, zeros elsewhere. The constant, or NULL. */
static const Node *unit_entry(const Node *node, size_t *row)
{
    const Node *part = only_part(node, row), *scalar = part ? spread_scalar(part) : NULL;
    return scalar && scalar->op == OP_CONSTANT && part->shape.rows == 1 ? scalar : NULL;
}

/* ---- shared scalars ---- */

/* x y, with constants gathered in the second factor. */
static const Node *scalar_product(Graph *graph, const Node *x, const Node *y)
{
    if (x->op == OP_CONSTANT) {
        const Node *other = x;
        x = y;
        y = other;
    }
    if (node_is_constant(y, 1, 1))
        return x;
    if (y->op == OP_CONSTANT && x->op == OP_MUL && x->args[1]->op == OP_CONSTANT)
        return scalar_product(graph, x->args[0], graph_binary(graph, OP_MUL, x->args[1], y));
    return node_is_constant(y, 0, 1) ? y : graph_binary(graph, OP_MUL, x, y);
}

static const Node *scalar_sum(Graph *graph, const Node *x, const Node *y)
{
    if (!x || is_zero(x))
        return y;
    return is_zero(y) ? x : graph_add(graph, x, y);
}

/* ---- sums ---- */

typedef struct {
    Graph *graph;
    const Node **coefficients, **terms;
    size_t count;
    const Node *shift;
} Terms;

static void add_term(Terms *sum, const Node *coefficient, const Node *term)
{
    for (size_t k = 0; k < sum->count; k++) {
        if (sum->terms[k] == term) {
            sum->coefficients[k] = scalar_sum(sum->graph, sum->coefficients[k], coefficient);
            return;
        }
    }
    sum->coefficients[sum->count] = coefficient;
    sum->terms[sum->count++] = term;
}

/* Adds coefficient * term, where the node that term stands for is used nowhere else if alone. */
static void gather(Terms *sum, const Node *coefficient, const Node *term, bool alone)
{
    const Node *scalar = spread_scalar(term);
    if (scalar) {
        sum->shift = scalar_sum(sum->graph, sum->shift, scalar_product(sum->graph, coefficient, scalar));
        return;
    }
    if (term->op != OP_COMBINE || !alone) {
        add_term(sum, coefficient, term);
        return;
    }
    for (size_t k = 0; k < combine_terms(term); k++)
        add_term(sum, scalar_product(sum->graph, coefficient, combine_coefficient(term, k)), combine_term(term, k));
    if (combine_shift(term))
        sum->shift = scalar_sum(sum->graph, sum->shift, scalar_product(sum->graph, coefficient, combine_shift(term)));
}

static void drop_zeros(Terms *sum)
{
    size_t kept = 0;
    for (size_t k = 0; k < sum->count; k++) {
        if (node_is_constant(sum->coefficients[k], 0, 1))
            continue;
        sum->coefficients[kept] = sum->coefficients[k];
        sum->terms[kept++] = sum->terms[k];
    }
    sum->count = kept;
    if (sum->shift && is_zero(sum->shift))
        sum->shift = NULL;
}

static size_t find_term(const Terms *sum, bool (*wanted)(const Node *))
{
    for (size_t k = 0; k < sum->count; k++)
        if (node_is_constant(sum->coefficients[k], 1, 1) && wanted(sum->terms[k]))
            return k;
    return sum->count;
}

static bool is_plain_matvec(const Node *node)
{
    return node->op == OP_MATVEC && node->arg_count == 2;
}

static bool is_bias(const Node *node)
{
    return node->op == OP_SPREAD && node->shape.varies && node->args[0]->shape.rank == 1 &&
           !node->args[0]->shape.varies;
}

/* K x + b as one operation. The product itself is wanted by nothing else: only the sum is an activation's argument. */
static void fuse_bias(Terms *sum)
{
    size_t product = find_term(sum, is_plain_matvec), bias = find_term(sum, is_bias);
    if (product == sum->count || bias == sum->count)
        return;
    const Node *matvec = sum->terms[product];
    const Node *args[3] = {matvec->args[0], matvec->args[1], sum->terms[bias]->args[0]};
    sum->terms[product] = graph_node(sum->graph, OP_MATVEC, matvec->shape, args, 3, 0);
    sum->coefficients[bias] = graph_integer(sum->graph, 0);
    drop_zeros(sum);
}

/* c x, c a constant. */
static bool is_scaled(const Node *node)
{
    return node->op == OP_COMBINE && node->arg_count == 2 && node->args[0]->op == OP_CONSTANT;
}

/* Does one expression alone stand on the node, and has it no name to keep? */
static bool is_passing(const Round *round, const Node *node)
{
    return round->uses[node->id] == 1 && !node->label;
}

/* The image of the product old with another argument `which`. */
static const Node *with_factor(const Round *round, const Node *old, size_t which, const Node *factor)
{
    const Node *other = round->image[old->args[!which]->id];
    return graph_binary(round->graph, OP_MUL, which ? other : factor, which ? factor : other);
}

/* The image of c old where a scale inside, behind products and spreads, does it as well; else NULL. */
static const Node *scale_inside(const Round *round, const Node *c, const Node *old)
{
    if (!is_passing(round, old))
        return NULL;
    if (is_scaled(old)) {
        const Node *both = scalar_product(round->graph, c, round->image[old->args[0]->id]);
        const Node *x = round->image[old->args[1]->id];
        return node_is_constant(both, 1, 1) ? x : graph_scale(round->graph, both, x);
    }
    for (size_t k = 0; (old->op == OP_MUL || old->op == OP_SPREAD) && k < old->arg_count; k++) {
        const Node *inside = scale_inside(round, c, old->args[k]);
        if (inside)
            return old->op == OP_MUL ? with_factor(round, old, k, inside)
                                     : graph_spread(round->graph, inside, old->shape);
    }
    return NULL;
}

/* The part of a concatenation that begins at row `from`, or NULL where that is within one; *rows is how many rows there
 * are to the end of the part that the row is in. */
static const Node *part_at(const Node *concat, size_t from, size_t *rows)
{
    size_t begin = 0, k = 0;
    while (begin + concat->args[k]->shape.rows <= from)
        begin += concat->args[k++]->shape.rows;
    *rows = begin + concat->args[k]->shape.rows - from;
    return begin == from || is_zero(concat->args[k]) ? concat->args[k] : NULL;
}

/* The sum of the terms' rows from `from` on, all concatenations, as one value; *count is how many: up to where any of
 * them that is not zero ends. NULL where they do not end together. */
static const Node *sum_of_parts(const Terms *sum, size_t from, size_t *count)
{
    Arena *arena = graph_arena(sum->graph);
    Terms parts = {sum->graph, ARENA_ARRAY(arena, sum->count, const Node *),
                   ARENA_ARRAY(arena, sum->count, const Node *), 0, NULL};
    size_t least = SIZE_MAX, rows;
    for (size_t k = 0; k < sum->count; k++) {
        const Node *part = part_at(sum->terms[k], from, &rows);
        if (!part || (parts.count && !is_zero(part) && !shape_equal(part->shape, parts.terms[0]->shape)))
            return NULL;
        if (!is_zero(part))
            add_term(&parts, sum->coefficients[k], part);
        least = rows < least ? rows : least;
    }
    *count = least;
    if (!parts.count)
        return graph_spread(sum->graph, graph_integer(sum->graph, 0), shape_vector(least, true));
    if (parts.terms[0]->shape.rows != least)
        return NULL;
    if (parts.count == 1 && node_is_constant(parts.coefficients[0], 1, 1))
        return parts.terms[0];
    return graph_combine(sum->graph, parts.count, parts.coefficients, parts.terms, NULL);
}

/* A sum of concatenations, as entries of a vector pull back, is the concatenation of sums of few parts, most being
 * zero; NULL where that would cut parts. */
static const Node *concat_of_sums(const Terms *sum)
{
    for (size_t k = 0; k < sum->count; k++)
        if (sum->terms[k]->op != OP_CONCAT)
            return NULL;
    if (sum->count < 2 || sum->shift)
        return NULL;
    size_t rows = sum->terms[0]->shape.rows, count = 0;
    const Node **parts = ARENA_ARRAY(graph_arena(sum->graph), rows, const Node *);
    for (size_t from = 0, taken; from < rows; from += taken)
        if (!(parts[count++] = sum_of_parts(sum, from, &taken)))
            return NULL;
    return graph_concat(sum->graph, parts, count);
}

/* Does a sum that has the node as a term take its terms in its place at no cost? A multiple by a constant is no value
 * of its own where only sums stand on it. */
static bool is_absorbed(const Round *round, const Node *node, const Node *image)
{
    return round->uses[node->id] == 1 ||
           (round->uses[node->id] == round->summed[node->id] && is_scaled(node) && is_scaled(image));
}

static size_t most_terms(const Node *node, const Node *const *args)
{
    size_t count = combine_terms(node);
    for (size_t k = 0; k < combine_terms(node); k++)
        count += args[2 * k + 1]->arg_count;
    return count;
}

static const Node *rewrite_combine(Round *round, const Node *node, const Node *const *args)
{
    Graph *graph = round->graph;
    const Node *inside = is_scaled(node) ? scale_inside(round, args[0], node->args[1]) : NULL;
    if (inside)
        return inside;
    size_t capacity = most_terms(node, args);
    Terms sum = {graph, ARENA_ARRAY(graph_arena(graph), capacity, const Node *),
                 ARENA_ARRAY(graph_arena(graph), capacity, const Node *), 0,
                 combine_shift(node) ? args[node->arg_count - 1] : NULL};
    for (size_t k = 0; k < combine_terms(node); k++)
        gather(&sum, args[2 * k], args[2 * k + 1], is_absorbed(round, combine_term(node, k), args[2 * k + 1]));
    drop_zeros(&sum);
    fuse_bias(&sum);
    if (!sum.count)
        return graph_spread(graph, sum.shift ? sum.shift : graph_integer(graph, 0), node->shape);
    if (sum.count == 1 && !sum.shift && node_is_constant(sum.coefficients[0], 1, 1))
        return sum.terms[0];
    const Node *concat = concat_of_sums(&sum);
    if (concat)
        return concat;
    return graph_combine(graph, sum.count, sum.coefficients, sum.terms, sum.shift);
}

/* ---- products ---- */

/* -x, which has no name to keep. A sign is no operation outside of a product, however many products it is taken from.
 */
static bool is_negated(const Node *node)
{
    return is_scaled(node) && node_is_constant(node->args[0], -1, 1) && !node->label;
}

/* The image of x (c y) as c (x y), so that a sum or a scale that follows does c on the way; NULL where there is no c.
 */
static const Node *scale_outside(const Round *round, const Node *old)
{
    for (size_t k = 0; k < 2; k++) {
        const Node *scaled = old->args[k];
        if (is_negated(scaled) || (is_scaled(scaled) && is_passing(round, scaled)))
            return graph_scale(round->graph, round->image[scaled->args[0]->id],
                               with_factor(round, old, k, round->image[scaled->args[1]->id]));
    }
    return NULL;
}

/* x times a column of the identity: the entry of x, there. */
static const Node *entry_product(Graph *graph, const Node *x, const Node *unit)
{
    size_t row;
    const Node *c = unit_entry(unit, &row);
    if (!c)
        return NULL;
    const Node *entry = graph_slice(graph, x, row, shape_scalar(true));
    return among_zeros(graph, x->shape.rows, row, node_is_constant(c, 1, 1) ? entry : graph_scale(graph, c, entry));
}

static const Node *rewrite_mul(Round *round, const Node *node, const Node *const *args)
{
    Graph *graph = round->graph;
    const Node *x = args[0], *y = args[1];
    if (node_is_shared_scalar(x))
        return scalar_product(graph, x, y);
    if (is_zero(x) || is_zero(y))
        return graph_spread(graph, graph_integer(graph, 0), x->shape);
    const Node *scalar = spread_scalar(x), *other = y;
    if (!scalar) {
        scalar = spread_scalar(y);
        other = x;
    }
    if (!scalar) {
        const Node *entry = entry_product(graph, x, y);
        entry = entry ? entry : entry_product(graph, y, x);
        return entry ? entry : scale_outside(round, node);
    }
    return node_is_constant(scalar, 1, 1) ? other : graph_scale(graph, scalar, other);
}

/* A gate is a product where nothing is infinite, and beside the column of an identity an entry. */
static const Node *rewrite_gate(Graph *graph, const Node *x, const Node *y)
{
    if (is_zero(x) || is_zero(y))
        return graph_spread(graph, graph_integer(graph, 0), x->shape);
    if (!x->infinite && !y->infinite)
        return graph_binary(graph, OP_MUL, x, y);
    const Node *entry = entry_product(graph, x, y);
    return entry ? entry : entry_product(graph, y, x);
}

/* Dividing by a power of two is multiplying by its inverse, to the bit. */
static const Node *rewrite_div(Graph *graph, const Node *x, const Node *y)
{
    const Node *scalar = node_is_shared_scalar(y) ? y : spread_scalar(y);
    long numerator, denominator;
    if (!scalar || scalar->op != OP_CONSTANT || !number_parts(scalar->value, 1L << 30, &numerator, &denominator))
        return NULL;
    long size = numerator < 0 ? -numerator : numerator;
    if (size == 0 || (size & (size - 1)) || (denominator & (denominator - 1)))
        return NULL;
    const Node *inverse =
        graph_constant(graph, number_divide(graph_arena(graph), number_integer(graph_arena(graph), 1), scalar->value));
    return node_is_shared_scalar(x) ? scalar_product(graph, x, inverse) : graph_scale(graph, inverse, x);
}

/* A times a column of the identity is a column of A, and of A^T a row. */
static const Node *product_column(Graph *graph, bool transposed, const Node *a, const Node *unit)
{
    size_t index;
    const Node *c = unit_entry(unit, &index);
    if (!c)
        return NULL;
    const Node *line = graph_part(graph, transposed ? a : graph_transpose(graph, a), index);
    line = graph_spread(graph, line, shape_vector(line->shape.rows, true));
    return node_is_constant(c, 1, 1) ? line : graph_scale(graph, c, line);
}

static const Node *rewrite_product(Graph *graph, const Node *node, const Node *const *args)
{
    const Node *a = args[0], *x = args[1];
    if (node->arg_count == 3)
        return NULL;
    if (is_zero(x))
        return graph_spread(graph, graph_integer(graph, 0), node->shape);
    if (a->op == OP_IDENTITY)
        return x;
    const Node *column = product_column(graph, node->op == OP_MATVEC_T, a, x);
    if (column)
        return column;
    if (a->op == OP_TRANSPOSE)
        return node->op == OP_MATVEC ? graph_matvec_t(graph, a->args[0], x) : graph_matvec(graph, a->args[0], x);
    return NULL;
}

/* ---- structure ---- */

/* A part of a part, or of a constant, is one itself. */
static const Node *rewrite_slice(Graph *graph, const Node *node, const Node *x)
{
    const Node *scalar = spread_scalar(x);
    if (scalar)
        return graph_spread(graph, scalar, node->shape);
    if (x->op == OP_SLICE)
        return graph_slice(graph, x->args[0], x->from + node->from, node->shape);
    if (x->op != OP_CONCAT)
        return NULL;
    size_t from = 0;
    for (size_t k = 0; k < x->arg_count; k++) {
        const Node *part = x->args[k];
        if (from == node->from && shape_equal(part->shape, node->shape))
            return part;
        if (from <= node->from && node->from + node->shape.rows <= from + part->shape.rows && part->shape.rank == 1)
            return graph_slice(graph, part, node->from - from, node->shape);
        from += part->shape.rows;
    }
    return NULL;
}

/* c x, where x is zero but for a part, as a concatenation. */
static const Node *scaled_part(Graph *graph, const Node *node)
{
    size_t from;
    bool scales = node->op == OP_COMBINE && node->arg_count == 2;
    const Node *part = scales ? only_part(node->args[1], &from) : NULL;
    return part ? among_zeros(graph, node->shape.rows, from, graph_scale(graph, node->args[0], part)) : node;
}

/* Adds an entry or several, a concatenation part by part, to parts[*count]; zeros that follow each other are one. */
static void add_entries(Graph *graph, const Node *node, const Node **parts, size_t *count)
{
    node = scaled_part(graph, node);
    for (size_t i = 0; node->op == OP_CONCAT && i < node->arg_count; i++)
        add_entries(graph, node->args[i], parts, count);
    if (node->op == OP_CONCAT)
        return;
    if (*count && is_zero(node) && is_zero(parts[*count - 1]))
        parts[*count - 1] = graph_spread(graph, graph_integer(graph, 0),
                                         shape_vector(parts[*count - 1]->shape.rows + node->shape.rows, true));
    else
        parts[(*count)++] = node;
}

static const Node *rewrite_factor(Graph *graph, const Node *node, const Node *const *args)
{
    const Node **parts = ARENA_ARRAY(graph_arena(graph), node->shape.rows, const Node *);
    size_t count = 0;
    for (size_t k = 0; k < node->arg_count; k++)
        add_entries(graph, args[k], parts, &count);
    return graph_node(graph, OP_FACTOR, node->shape, parts, count, 0);
}

/* Nothing is derived any more: without what only derivatives are about. */
static const Node *rewrite_derived(Graph *graph, const Node *node, const Node *const *args, size_t count)
{
    return node->arg_count > count ? graph_node(graph, node->op, node->shape, args, count, 0) : NULL;
}

static const Node *rewrite_spread(Graph *graph, const Node *node, const Node *x)
{
    return x->op == OP_SPREAD ? graph_spread(graph, x->args[0], node->shape) : NULL;
}

static const Node *rewrite_transpose(const Node *a)
{
    return a->op == OP_TRANSPOSE ? a->args[0] : NULL;
}

/* exp alone would overflow. */
static const Node *rewrite_log1p(Graph *graph, const Node *x)
{
    return x->op == OP_EXP ? graph_unary(graph, OP_LOG1PEXP, x->args[0]) : NULL;
}

/* What node becomes with arguments args, or NULL when no rule applies. */
static const Node *rewrite(Round *round, const Node *node, const Node *const *args)
{
    Graph *graph = round->graph;
    if (node->op == OP_COMBINE)
        return rewrite_combine(round, node, args);
    if (node->op == OP_MUL)
        return rewrite_mul(round, node, args);
    if (node->op == OP_DIV)
        return rewrite_div(graph, args[0], args[1]);
    if (node->op == OP_GATE)
        return rewrite_gate(graph, args[0], args[1]);
    if (node->op == OP_MATVEC || node->op == OP_MATVEC_T)
        return rewrite_product(graph, node, args);
    if (node->op == OP_SPREAD)
        return rewrite_spread(graph, node, args[0]);
    if (node->op == OP_SLICE)
        return rewrite_slice(graph, node, args[0]);
    if (node->op == OP_FACTOR)
        return rewrite_factor(graph, node, args);
    if (node->op == OP_NEWTON)
        return rewrite_derived(graph, node, args, NEWTON_DEPENDS);
    if (node->op == OP_SOLVE || node->op == OP_SOLVE_T)
        return rewrite_derived(graph, node, args, SOLVE_NEWTON);
    if (node->op == OP_TRANSPOSE)
        return rewrite_transpose(args[0]);
    return node->op == OP_LOG1P ? rewrite_log1p(graph, args[0]) : NULL;
}

/* ---- rounds ---- */

static void count_uses(Round *round, const Graph *old, const bool *live, size_t count, const Node *const *roots)
{
    for (size_t k = 0; k < count; k++)
        round->uses[roots[k]->id]++;
    for (size_t id = 0; id < graph_size(old); id++) {
        const Node *node = graph_at(old, id);
        for (size_t i = 0; live[id] && i < node->arg_count; i++)
            round->uses[node->args[i]->id]++;
        for (size_t k = 0; live[id] && node->op == OP_COMBINE && k < combine_terms(node); k++)
            round->summed[combine_term(node, k)->id]++;
    }
}

static const Node *leaf_image(Graph *graph, const Node *leaf)
{
    if (leaf->op == OP_CONSTANT)
        return graph_constant(graph, leaf->value);
    if (leaf->op != OP_INPUT)
        return graph_identity(graph, leaf->shape.rows);
    const Node *input = graph_input(graph, leaf->name, leaf->shape);
    graph_carries(input, leaf->branched, leaf->infinite);
    return input;
}

static const Node *image_of(Round *round, const Node *node)
{
    if (!node->arg_count)
        return leaf_image(round->graph, node);
    const Node **args = ARENA_ARRAY(graph_arena(round->graph), node->arg_count, const Node *);
    for (size_t i = 0; i < node->arg_count; i++)
        args[i] = round->image[node->args[i]->id];
    const Node *image = rewrite(round, node, args);
    if (!image)
        image = graph_rebuild(round->graph, node, args);
    graph_label(image, node->label);
    return image;
}

/* One round builds a new graph in the old one's order, so ids stay in the order in which the network was derived. */
static Graph *simplify_once(const Graph *old, size_t count, const Node **roots, bool *changed)
{
    Arena *arena = graph_arena(old);
    size_t size = graph_size(old), live_count = 0;
    bool *live = ARENA_ARRAY(arena, size, bool);
    Round round = {graph_new(arena), ARENA_ARRAY(arena, size, const Node *), ARENA_ARRAY(arena, size, size_t),
                   ARENA_ARRAY(arena, size, size_t)};
    for (size_t k = 0; k < count; k++)
        graph_mark(roots[k], live);
    count_uses(&round, old, live, count, roots);
    *changed = false;
    for (size_t id = 0; id < size; id++) {
        if (!live[id])
            continue;
        const Node *node = graph_at(old, id);
        round.image[id] = image_of(&round, node);
        live_count++;
        *changed = *changed || round.image[id]->op != node->op || round.image[id]->arg_count != node->arg_count;
    }
    *changed = *changed || graph_size(round.graph) != live_count;
    for (size_t k = 0; k < count; k++)
        roots[k] = round.image[roots[k]->id];
    return round.graph;
}

Graph *simplify(const Graph *graph, size_t count, const Node **roots)
{
    enum { MOST_ROUNDS = 32 }; /* a handful is the rule */
    bool changed = true;
    Graph *result = NULL;
    for (int round = 0; changed && round < MOST_ROUNDS; round++) {
        result = simplify_once(graph, count, roots, &changed);
        graph = result;
    }
    return result;
}

/* ---- networks ---- */

static size_t gather_results(const Network *network, const Node **roots)
{
    size_t count = 0;
    for (size_t r = 0; r < ROUTINE_COUNT; r++)
        for (size_t i = 0; i < network->routines[r].result_count; i++, count++)
            if (roots)
                roots[count] = network->routines[r].results[i].node;
    return count;
}

const Network *simplify_network(const Network *network)
{
    Arena *arena = graph_arena(network->graph);
    size_t count = gather_results(network, NULL);
    const Node **roots = ARENA_ARRAY(arena, count, const Node *);
    gather_results(network, roots);
    Network *simplified = ARENA_NEW(arena, Network);
    *simplified = *network;
    simplified->graph = simplify(network->graph, count, roots);
    count = 0;
    for (size_t r = 0; r < ROUTINE_COUNT; r++) {
        Routine *routine = &simplified->routines[r];
        routine->results = arena_grow(arena, routine->results, routine->result_count * sizeof(RoutineResult),
                                      routine->result_count * sizeof(RoutineResult));
        routine->inputs = arena_grow(arena, routine->inputs, routine->input_count * sizeof(RoutineInput),
                                     routine->input_count * sizeof(RoutineInput));
        for (size_t i = 0; i < routine->result_count; i++)
            routine->results[i].node = roots[count++];
        for (size_t i = 0; i < routine->input_count; i++)
            routine->inputs[i].node = leaf_image(simplified->graph, routine->inputs[i].node);
    }
    return simplified;
}
