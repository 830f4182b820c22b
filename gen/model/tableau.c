#include "gen/model/tableau.h"

#include <string.h>

static const Number *zero(Arena *arena)
{
    return number_integer(arena, 0);
}

const Number *tableau_a(const Tableau *tableau, size_t i, size_t j)
{
    return tableau->a[i * tableau->stages + j];
}

/* ---- construction ---- */

static bool check_weights(Arena *arena, Diagnostics *diagnostics, Place place, size_t stages, const Number *const *b)
{
    const Number *sum = zero(arena);
    for (size_t i = 0; i < stages; i++)
        sum = number_add(arena, sum, b[i]);
    if (number_equals(sum, 1, 1))
        return true;
    Text text = text_new(arena);
    number_text(&text, sum);
    return diagnostics_error(diagnostics, place, "the weights b sum to %s; they must sum to 1", text.data);
}

/* A stage is used when its weight is not zero or a used stage refers to it. */
static bool *used_stages(Arena *arena, size_t stages, const Number *const *a, const Number *const *b)
{
    bool *used = ARENA_ARRAY(arena, stages, bool), changed = true;
    for (size_t i = 0; i < stages; i++)
        used[i] = number_sign(b[i]) != 0;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < stages; i++)
            for (size_t k = 0; k < stages && !used[i]; k++)
                if (used[k] && number_sign(a[k * stages + i]) != 0)
                    used[i] = changed = true;
    }
    return used;
}

static const Number *row_sum(Arena *arena, const Tableau *tableau, size_t i)
{
    const Number *sum = zero(arena);
    for (size_t j = 0; j < tableau->stages; j++)
        sum = number_add(arena, sum, tableau_a(tableau, i, j));
    return sum;
}

const Tableau *tableau_new(Arena *arena, Diagnostics *diagnostics, Place b_place, const char *name, size_t stages,
                           const Number *const *a, const Number *const *b, bool drops)
{
    if (!check_weights(arena, diagnostics, b_place, stages, b))
        return NULL;
    const bool *used = used_stages(arena, stages, a, b);
    Tableau *tableau = ARENA_NEW(arena, Tableau);
    tableau->name = name;
    tableau->a = ARENA_ARRAY(arena, stages * stages, const Number *);
    tableau->b = ARENA_ARRAY(arena, stages, const Number *);
    tableau->c = ARENA_ARRAY(arena, stages, const Number *);
    size_t kept = 0;
    for (size_t i = 0; i < stages; i++) {
        if (drops && !used[i])
            continue;
        for (size_t j = 0; j < stages; j++)
            if (!drops || used[j])
                tableau->a[kept++] = a[i * stages + j];
        tableau->b[tableau->stages++] = b[i];
    }
    tableau->dropped = stages - tableau->stages;
    for (size_t i = 0; i < tableau->stages; i++)
        tableau->c[i] = row_sum(arena, tableau, i);
    return tableau;
}

const Tableau *tableau_pair(Arena *arena, const char *name, const Tableau *first, const Tableau *second)
{
    Tableau *pair = ARENA_NEW(arena, Tableau);
    *pair = *first;
    pair->name = name;
    pair->partner = second;
    return pair;
}

/* ---- structure ---- */

/* Do the entries of the diagonal from stage `from` on equal the last one? */
static bool is_constant_from(const Tableau *tableau, size_t from)
{
    size_t s = tableau->stages;
    for (size_t i = from; i < s; i++)
        if (number_compare(tableau_a(tableau, i, i), tableau_a(tableau, s - 1, s - 1)) != 0)
            return false;
    return true;
}

TableauStructure tableau_structure(const Tableau *tableau)
{
    bool diagonal = false;
    for (size_t i = 0; i < tableau->stages; i++) {
        for (size_t j = i + 1; j < tableau->stages; j++)
            if (number_sign(tableau_a(tableau, i, j)) != 0)
                return TABLEAU_FULL;
        diagonal = diagonal || number_sign(tableau_a(tableau, i, i)) != 0;
    }
    bool first = number_sign(tableau_a(tableau, 0, 0)) == 0;
    return !diagonal ? TABLEAU_EXPLICIT : is_constant_from(tableau, first) ? TABLEAU_SINGLY : TABLEAU_DIAGONAL;
}

bool tableau_is_stiffly_accurate(const Tableau *tableau)
{
    size_t last = tableau->stages - 1;
    for (size_t j = 0; j <= last; j++)
        if (number_compare(tableau_a(tableau, last, j), tableau->b[j]) != 0)
            return false;
    return true;
}

/* ---- the adjoint ---- */

bool tableau_has_adjoint(const Tableau *tableau)
{
    for (size_t i = 0; i < tableau->stages; i++)
        if (number_sign(tableau->b[i]) == 0)
            return false;
    return true;
}

bool tableau_is_positive(const Tableau *tableau)
{
    for (size_t i = 0; i < tableau->stages; i++)
        if (number_sign(tableau->b[i]) <= 0)
            return false;
    return true;
}

const Number **tableau_adjoint(Arena *arena, const Tableau *tableau)
{
    if (!tableau_has_adjoint(tableau))
        return NULL;
    size_t s = tableau->stages;
    const Number **adjoint = ARENA_ARRAY(arena, s * s, const Number *);
    for (size_t i = 0; i < s; i++) {
        for (size_t j = 0; j < s; j++) {
            const Number *ratio = number_divide(arena, tableau_a(tableau, j, i), tableau->b[i]);
            const Number *rest = number_subtract(arena, number_integer(arena, 1), ratio);
            adjoint[i * s + j] = number_multiply(arena, tableau->b[j], rest);
        }
    }
    return adjoint;
}

/* b_i x_ij + y_j a_ji = b_i y_j for all i, j? */
static bool are_conjugate(Arena *arena, const Tableau *tableau, const Number *const *x, const Number *const *y)
{
    size_t s = tableau->stages;
    for (size_t i = 0; i < s; i++) {
        for (size_t j = 0; j < s; j++) {
            const Number *left = number_multiply(arena, tableau->b[i], x[i * s + j]);
            const Number *middle = number_multiply(arena, y[j], tableau_a(tableau, j, i));
            const Number *right = number_multiply(arena, tableau->b[i], y[j]);
            if (number_compare(number_add(arena, left, middle), right) != 0)
                return false;
        }
    }
    return true;
}

bool tableau_is_symplectic(Arena *arena, const Tableau *tableau, const Number *const *adjoint)
{
    return are_conjugate(arena, tableau, adjoint, tableau->b);
}

bool tableau_pair_is_symplectic(Arena *arena, const Tableau *pair)
{
    return are_conjugate(arena, pair, pair->partner->a, pair->partner->b);
}

bool tableau_pair_weights_agree(const Tableau *pair)
{
    for (size_t i = 0; i < pair->stages; i++)
        if (number_compare(pair->b[i], pair->partner->b[i]) != 0)
            return false;
    return true;
}

bool tableau_is_self_adjoint(Arena *arena, const Tableau *tableau)
{
    return tableau_is_symplectic(arena, tableau, tableau->a);
}

/* ---- order: rooted trees ---- */

/* A rooted tree with the vector Phi_i(t), i over stages, gamma(t), and the colour of its root: the part of the state
 * whose slope it belongs to. */
typedef struct {
    const Number **phi;
    const Number *gamma;
    size_t colour;
} Tree;

typedef struct {
    Arena *arena;
    const Tableau *parts[2]; /* of each colour */
    size_t colours;
    bool alternating; /* a slope depends on the other part alone */
    Tree *trees;      /* all trees by increasing order */
    size_t count, capacity;
    size_t first[TABLEAU_HIGHEST_ORDER + 2]; /* trees of order n: first[n] .. first[n+1] */
    bool holds;
} Forest;

/* sum_j a_ij x_j for every i. */
static const Number **apply_a(Arena *arena, const Tableau *tableau, const Number *const *x)
{
    size_t s = tableau->stages;
    const Number **result = ARENA_ARRAY(arena, s, const Number *);
    for (size_t i = 0; i < s; i++) {
        result[i] = zero(arena);
        for (size_t j = 0; j < s; j++)
            result[i] = number_add(arena, result[i], number_multiply(arena, tableau_a(tableau, i, j), x[j]));
    }
    return result;
}

static const Number *weigh(Arena *arena, size_t s, const Number *const *b, const Number *const *x)
{
    const Number *sum = zero(arena);
    for (size_t i = 0; i < s; i++)
        sum = number_add(arena, sum, number_multiply(arena, b[i], x[i]));
    return sum;
}

static void add_tree(Forest *forest, Tree tree)
{
    const Tableau *tableau = forest->parts[tree.colour];
    forest->trees = ARENA_MORE(forest->arena, forest->trees, forest->count, forest->capacity);
    forest->trees[forest->count++] = tree;
    const Number *sum = weigh(forest->arena, tableau->stages, tableau->b, tree.phi);
    if (!number_equals(number_multiply(forest->arena, sum, tree.gamma), 1, 1))
        forest->holds = false;
}

/* Adds every tree of order n whose root, of that colour, carries the branches chosen so far, which have the product phi
 * and gamma, and further ones with `left` nodes together, none before `branch` in the list (a multiset is chosen in one
 * order). */
static void grow_trees(Forest *forest, size_t left, size_t n, size_t branch, Tree root)
{
    if (left == 0) {
        root.gamma = number_multiply(forest->arena, root.gamma, number_integer(forest->arena, (long)n));
        add_tree(forest, root);
        return;
    }
    for (size_t order = 1; order <= left; order++) {
        size_t begin = forest->first[order] > branch ? forest->first[order] : branch;
        for (size_t t = begin; t < forest->first[order + 1]; t++) {
            const Tree *child = &forest->trees[t];
            if (forest->alternating && child->colour == root.colour)
                continue;
            const Number **image = apply_a(forest->arena, forest->parts[child->colour], child->phi);
            for (size_t i = 0; i < forest->parts[0]->stages; i++)
                image[i] = number_multiply(forest->arena, root.phi[i], image[i]);
            const Number *gamma = number_multiply(forest->arena, root.gamma, child->gamma);
            grow_trees(forest, left - order, n, t, (Tree){image, gamma, root.colour});
        }
    }
}

static int order_by_trees(Forest *forest, int highest)
{
    const Number **ones = ARENA_ARRAY(forest->arena, forest->parts[0]->stages, const Number *);
    for (size_t i = 0; i < forest->parts[0]->stages; i++)
        ones[i] = number_integer(forest->arena, 1);
    forest->holds = true;
    for (size_t n = 1; n <= (size_t)highest; n++) {
        forest->first[n] = forest->count;
        for (size_t colour = 0; colour < forest->colours; colour++)
            grow_trees(forest, n - 1, n, 0, (Tree){ones, ones[0], colour});
        forest->first[n + 1] = forest->count;
        if (!forest->holds)
            return (int)n - 1;
    }
    return highest;
}

int tableau_order(Arena *arena, const Tableau *tableau)
{
    Forest forest = {.arena = arena, .parts = {tableau}, .colours = 1};
    return order_by_trees(&forest, TABLEAU_HIGHEST_ORDER);
}

int tableau_pair_order(Arena *arena, const Tableau *pair, bool separable)
{
    Forest forest = {.arena = arena, .parts = {pair, pair->partner}, .colours = 2, .alternating = separable};
    return order_by_trees(&forest, TABLEAU_HIGHEST_PAIR_ORDER);
}

/* ---- order: Hager's conditions ---- */

typedef struct {
    Arena *arena;
    const Tableau *tableau;
    const Number **d; /* d_j = sum_i b_i a_ij */
} Hager;

static const Number *times(const Hager *hager, const Number *x, const Number *y)
{
    return number_multiply(hager->arena, x, y);
}

/* sum_i c_i^k d_i^n / b_i^(n-1) */
static const Number *single_sum(const Hager *hager, int k, int n)
{
    const Number *sum = zero(hager->arena);
    for (size_t i = 0; i < hager->tableau->stages; i++) {
        const Number *term = hager->d[i], *ratio = number_divide(hager->arena, term, hager->tableau->b[i]);
        for (int power = 1; power < n; power++)
            term = times(hager, term, ratio);
        sum = number_add(hager->arena, sum, k ? times(hager, hager->tableau->c[i], term) : term);
    }
    return sum;
}

/* sum_ij x_i a_ij d_j / b_j */
static const Number *double_sum(const Hager *hager, const Number *const *x)
{
    const Tableau *tableau = hager->tableau;
    const Number *sum = zero(hager->arena);
    for (size_t i = 0; i < tableau->stages; i++)
        for (size_t j = 0; j < tableau->stages; j++)
            sum = number_add(hager->arena, sum,
                             times(hager, times(hager, x[i], tableau_a(tableau, i, j)),
                                   number_divide(hager->arena, hager->d[j], tableau->b[j])));
    return sum;
}

static bool third_order(const Hager *hager)
{
    return number_equals(single_sum(hager, 0, 2), 1, 3);
}

static bool fourth_order(const Hager *hager)
{
    const Number **bc = ARENA_ARRAY(hager->arena, hager->tableau->stages, const Number *);
    for (size_t i = 0; i < hager->tableau->stages; i++)
        bc[i] = times(hager, hager->tableau->b[i], hager->tableau->c[i]);
    return number_equals(single_sum(hager, 1, 2), 1, 12) && number_equals(single_sum(hager, 0, 3), 1, 4) &&
           number_equals(double_sum(hager, bc), 5, 24) && number_equals(double_sum(hager, hager->d), 1, 8);
}

static int hager_order(Arena *arena, const Tableau *tableau)
{
    size_t s = tableau->stages;
    Hager hager = {arena, tableau, ARENA_ARRAY(arena, s, const Number *)};
    for (size_t j = 0; j < s; j++) {
        hager.d[j] = zero(arena);
        for (size_t i = 0; i < s; i++)
            hager.d[j] = number_add(arena, hager.d[j], number_multiply(arena, tableau->b[i], tableau_a(tableau, i, j)));
    }
    return !third_order(&hager) ? 2 : !fourth_order(&hager) ? 3 : 4;
}

int tableau_control_order(Arena *arena, const Tableau *tableau, bool *at_least)
{
    int order = tableau_order(arena, tableau), known;
    *at_least = false;
    if (tableau_has_adjoint(tableau) && tableau_is_self_adjoint(arena, tableau))
        return order;
    if (!tableau_is_positive(tableau))
        return 0;
    known = order > 2 ? hager_order(arena, tableau) : order;
    *at_least = order > known && known == TABLEAU_HIGHEST_CONTROL_ORDER;
    return known < order ? known : order;
}

const char *tableau_control_text(Arena *arena, const Tableau *tableau)
{
    bool at_least;
    int order = tableau_control_order(arena, tableau, &at_least);
    return order ? text_print(arena, "%s%d", at_least ? "at least " : "", order) : NULL;
}

/* ---- text ---- */

static void print_rows(Text *text, size_t s, const Number *const *c, const Number *const *a, const Number *const *b)
{
    size_t cells = s * (s + 2), width = 1;
    char **entries = ARENA_ARRAY(text->arena, cells, char *);
    for (size_t i = 0; i < cells; i++) {
        Text entry = text_new(text->arena);
        const Number *value = i < s ? c[i] : i < s * (s + 1) ? a[i - s] : b[i - s * (s + 1)];
        number_text(&entry, value);
        entries[i] = entry.data;
        width = entry.length > width ? entry.length : width;
    }
    for (size_t i = 0; i <= s; i++) {
        text_format(text, "  %*s |", (int)width, i < s ? entries[i] : "");
        for (size_t j = 0; j < s; j++)
            text_format(text, " %*s", (int)width, entries[s + i * s + j]);
        text_add(text, "\n");
    }
}

static const Number **row_sums(Arena *arena, size_t s, const Number *const *a)
{
    const Number **sums = ARENA_ARRAY(arena, s, const Number *);
    for (size_t i = 0; i < s; i++) {
        sums[i] = zero(arena);
        for (size_t j = 0; j < s; j++)
            sums[i] = number_add(arena, sums[i], a[i * s + j]);
    }
    return sums;
}

/* What r is, where an entry of the tableau is in r. */
static bool field_line(Text *text, const Tableau *tableau)
{
    size_t s = tableau->stages;
    for (size_t i = 0; i < s * (s + 1); i++) {
        const Number *entry = i < s * s ? tableau->a[i] : tableau->b[i - s * s];
        Text field = text_new(text->arena);
        if (!number_field_text(&field, entry))
            continue;
        text_format(text, "\nr = %s\n", field.data);
        return true;
    }
    return false;
}

static void print_tableau(Text *text, const Tableau *tableau)
{
    print_rows(text, tableau->stages, tableau->c, tableau->a, tableau->b);
}

const char *tableau_pair_order_text(Arena *arena, const Tableau *pair, bool separable)
{
    int order = tableau_pair_order(arena, pair, separable);
    return text_print(arena, "%s%d", order == TABLEAU_HIGHEST_PAIR_ORDER ? "at least " : "", order);
}

static void pair_text(Text *text, const Tableau *pair)
{
    Arena *arena = text->arena;
    static const char *const parts[2] = {"q", "v"};
    text_format(text, "%s: a partitioned method, %zu stage%s\n\n", pair->name, pair->stages,
                pair->stages == 1 ? "" : "s");
    text_format(text, "order for any field                   %s\n", tableau_pair_order_text(arena, pair, false));
    text_format(text, "order for separable fields            %s\n", tableau_pair_order_text(arena, pair, true));
    for (size_t part = 0; part < 2; part++) {
        text_format(text, "\n%s:\n\n", parts[part]);
        print_tableau(text, part ? pair->partner : pair);
    }
    if (!field_line(text, pair))
        field_line(text, pair->partner);
    text_format(text, "\nsymplectic: b_i a^_ij + b^_j a_ji - b_i b^_j = 0 %s\n",
                !tableau_pair_is_symplectic(arena, pair) ? "does not hold"
                : tableau_pair_weights_agree(pair)       ? "holds exactly"
                                                         : "holds exactly; as b differs from b^, for separable fields");
}

void tableau_text(Text *text, const Tableau *tableau)
{
    Arena *arena = text->arena;
    size_t s = tableau->stages;
    bool at_least;
    if (tableau->partner) {
        pair_text(text, tableau);
        return;
    }
    int control = tableau_control_order(arena, tableau, &at_least);
    text_format(text, "%s: %zu stage%s", tableau->name, s, s == 1 ? "" : "s");
    if (tableau->dropped)
        text_format(text, " (%zu that nothing uses dropped)", tableau->dropped);
    text_format(text, "\n\norder for the differential equation   %d\n", tableau_order(arena, tableau));
    if (control)
        text_format(text, "order for the control problem         %s%d%s\n\n", at_least ? "at least " : "", control,
                    control == TABLEAU_HIGHEST_CONTROL_ORDER && !tableau_is_self_adjoint(arena, tableau)
                        ? " (conditions known here up to 4)"
                        : "");
    else
        text_add(text, "order for the control problem         - (some b_i <= 0: no theory)\n\n");
    print_tableau(text, tableau);
    field_line(text, tableau);
    const Number **adjoint = tableau_adjoint(arena, tableau);
    if (!adjoint) {
        text_add(text, "\nsome b_i = 0: the costate takes the undivided form; no adjoint tableau exists\n");
        return;
    }
    text_add(text, "\nadjoint, a~_ij = b_j - b_j a_ji / b_i:\n\n");
    print_rows(text, s, row_sums(arena, s, adjoint), adjoint, tableau->b);
    text_format(text, "\nsymplectic: b_i a~_ij + b_j a_ji - b_i b_j = 0 %s\n",
                tableau_is_symplectic(arena, tableau, adjoint) ? "holds exactly" : "FAILS");
}
