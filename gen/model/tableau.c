#include "gen/model/tableau.h"

#include <string.h>

static const Rational *zero(Arena *arena)
{
    return rational_integer(arena, 0);
}

const Rational *tableau_a(const Tableau *tableau, size_t i, size_t j)
{
    return tableau->a[i * tableau->stages + j];
}

/* ---- construction ---- */

static bool check_weights(Arena *arena, Diagnostics *diagnostics, Place place, size_t stages, const Rational *const *b)
{
    const Rational *sum = zero(arena);
    for (size_t i = 0; i < stages; i++)
        sum = rational_add(arena, sum, b[i]);
    if (rational_equals(sum, 1, 1))
        return true;
    Text text = text_new(arena);
    rational_text(&text, sum);
    return diagnostics_error(diagnostics, place, "the weights b sum to %s; they must sum to 1", text.data);
}

/* A stage is used when its weight is not zero or a used later stage refers to it. */
static bool *used_stages(Arena *arena, size_t stages, const Rational *const *a, const Rational *const *b)
{
    bool *used = ARENA_ARRAY(arena, stages, bool);
    for (size_t i = stages; i-- > 0;) {
        used[i] = rational_sign(b[i]) != 0;
        for (size_t k = i + 1; k < stages; k++)
            used[i] = used[i] || (used[k] && rational_sign(a[k * stages + i]) != 0);
    }
    return used;
}

static const Rational *row_sum(Arena *arena, const Tableau *tableau, size_t i)
{
    const Rational *sum = zero(arena);
    for (size_t j = 0; j < tableau->stages; j++)
        sum = rational_add(arena, sum, tableau_a(tableau, i, j));
    return sum;
}

const Tableau *tableau_new(Arena *arena, Diagnostics *diagnostics, Place a_place, Place b_place, const char *name,
                           size_t stages, const Rational *const *a, const Rational *const *b)
{
    (void)a_place;
    if (!check_weights(arena, diagnostics, b_place, stages, b))
        return NULL;
    const bool *used = used_stages(arena, stages, a, b);
    Tableau *tableau = ARENA_NEW(arena, Tableau);
    tableau->name = name;
    tableau->a = ARENA_ARRAY(arena, stages * stages, const Rational *);
    tableau->b = ARENA_ARRAY(arena, stages, const Rational *);
    tableau->c = ARENA_ARRAY(arena, stages, const Rational *);
    size_t kept = 0;
    for (size_t i = 0; i < stages; i++) {
        if (!used[i])
            continue;
        for (size_t j = 0; j < stages; j++)
            if (used[j])
                tableau->a[kept++] = a[i * stages + j];
        tableau->b[tableau->stages++] = b[i];
    }
    tableau->dropped = stages - tableau->stages;
    for (size_t i = 0; i < tableau->stages; i++)
        tableau->c[i] = row_sum(arena, tableau, i);
    return tableau;
}

/* ---- the adjoint ---- */

bool tableau_has_adjoint(const Tableau *tableau)
{
    for (size_t i = 0; i < tableau->stages; i++)
        if (rational_sign(tableau->b[i]) == 0)
            return false;
    return true;
}

bool tableau_is_positive(const Tableau *tableau)
{
    for (size_t i = 0; i < tableau->stages; i++)
        if (rational_sign(tableau->b[i]) <= 0)
            return false;
    return true;
}

const Rational **tableau_adjoint(Arena *arena, const Tableau *tableau)
{
    if (!tableau_has_adjoint(tableau))
        return NULL;
    size_t s = tableau->stages;
    const Rational **adjoint = ARENA_ARRAY(arena, s * s, const Rational *);
    for (size_t i = 0; i < s; i++) {
        for (size_t j = 0; j < s; j++) {
            const Rational *ratio = rational_divide(arena, tableau_a(tableau, j, i), tableau->b[i]);
            const Rational *rest = rational_subtract(arena, rational_integer(arena, 1), ratio);
            adjoint[i * s + j] = rational_multiply(arena, tableau->b[j], rest);
        }
    }
    return adjoint;
}

bool tableau_is_symplectic(Arena *arena, const Tableau *tableau, const Rational *const *adjoint)
{
    size_t s = tableau->stages;
    for (size_t i = 0; i < s; i++) {
        for (size_t j = 0; j < s; j++) {
            const Rational *left = rational_multiply(arena, tableau->b[i], adjoint[i * s + j]);
            const Rational *middle = rational_multiply(arena, tableau->b[j], tableau_a(tableau, j, i));
            const Rational *right = rational_multiply(arena, tableau->b[i], tableau->b[j]);
            if (rational_compare(rational_add(arena, left, middle), right) != 0)
                return false;
        }
    }
    return true;
}

/* ---- order: rooted trees ---- */

/* A rooted tree with the vector Phi_i(t), i over stages, and gamma(t). */
typedef struct {
    const Rational **phi;
    const Rational *gamma;
} Tree;

typedef struct {
    Arena *arena;
    const Tableau *tableau;
    Tree *trees; /* all trees by increasing order */
    size_t count, capacity;
    size_t first[TABLEAU_HIGHEST_ORDER + 2]; /* trees of order n: first[n] .. first[n+1] */
    bool holds;
} Forest;

/* sum_j a_ij x_j for every i. */
static const Rational **apply_a(Forest *forest, const Rational *const *x)
{
    size_t s = forest->tableau->stages;
    const Rational **result = ARENA_ARRAY(forest->arena, s, const Rational *);
    for (size_t i = 0; i < s; i++) {
        result[i] = zero(forest->arena);
        for (size_t j = 0; j < s; j++)
            result[i] = rational_add(forest->arena, result[i],
                                     rational_multiply(forest->arena, tableau_a(forest->tableau, i, j), x[j]));
    }
    return result;
}

static const Rational *weigh(Arena *arena, size_t s, const Rational *const *b, const Rational *const *x)
{
    const Rational *sum = zero(arena);
    for (size_t i = 0; i < s; i++)
        sum = rational_add(arena, sum, rational_multiply(arena, b[i], x[i]));
    return sum;
}

static void add_tree(Forest *forest, const Rational **phi, const Rational *gamma)
{
    forest->trees = ARENA_MORE(forest->arena, forest->trees, forest->count, forest->capacity);
    forest->trees[forest->count++] = (Tree){phi, gamma};
    const Rational *sum = weigh(forest->arena, forest->tableau->stages, forest->tableau->b, phi);
    if (!rational_equals(rational_multiply(forest->arena, sum, gamma), 1, 1))
        forest->holds = false;
}

/* Adds every tree of order n whose root carries the branches chosen so far, which have the product phi and gamma, and
 * further ones with `left` nodes together, none before `branch` in the list (a multiset is chosen in one order). */
static void grow_trees(Forest *forest, size_t left, size_t n, size_t branch, const Rational **phi,
                       const Rational *gamma)
{
    if (left == 0) {
        add_tree(forest, phi, rational_multiply(forest->arena, gamma, rational_integer(forest->arena, (long)n)));
        return;
    }
    for (size_t order = 1; order <= left; order++) {
        size_t begin = forest->first[order] > branch ? forest->first[order] : branch;
        for (size_t t = begin; t < forest->first[order + 1]; t++) {
            const Rational **image = apply_a(forest, forest->trees[t].phi);
            for (size_t i = 0; i < forest->tableau->stages; i++)
                image[i] = rational_multiply(forest->arena, phi[i], image[i]);
            grow_trees(forest, left - order, n, t, image,
                       rational_multiply(forest->arena, gamma, forest->trees[t].gamma));
        }
    }
}

int tableau_order(Arena *arena, const Tableau *tableau)
{
    Forest forest = {.arena = arena, .tableau = tableau, .holds = true};
    const Rational **ones = ARENA_ARRAY(arena, tableau->stages, const Rational *);
    for (size_t i = 0; i < tableau->stages; i++)
        ones[i] = rational_integer(arena, 1);
    for (size_t n = 1; n <= TABLEAU_HIGHEST_ORDER; n++) {
        forest.first[n] = forest.count;
        grow_trees(&forest, n - 1, n, 0, ones, ones[0]);
        forest.first[n + 1] = forest.count;
        if (!forest.holds)
            return (int)n - 1;
    }
    return TABLEAU_HIGHEST_ORDER;
}

/* ---- order: Hager's conditions ---- */

typedef struct {
    Arena *arena;
    const Tableau *tableau;
    const Rational **d; /* d_j = sum_i b_i a_ij */
} Hager;

static const Rational *times(const Hager *hager, const Rational *x, const Rational *y)
{
    return rational_multiply(hager->arena, x, y);
}

/* sum_i c_i^k d_i^n / b_i^(n-1) */
static const Rational *single_sum(const Hager *hager, int k, int n)
{
    const Rational *sum = zero(hager->arena);
    for (size_t i = 0; i < hager->tableau->stages; i++) {
        const Rational *term = hager->d[i], *ratio = rational_divide(hager->arena, term, hager->tableau->b[i]);
        for (int power = 1; power < n; power++)
            term = times(hager, term, ratio);
        sum = rational_add(hager->arena, sum, k ? times(hager, hager->tableau->c[i], term) : term);
    }
    return sum;
}

/* sum_ij x_i a_ij d_j / b_j */
static const Rational *double_sum(const Hager *hager, const Rational *const *x)
{
    const Tableau *tableau = hager->tableau;
    const Rational *sum = zero(hager->arena);
    for (size_t i = 0; i < tableau->stages; i++)
        for (size_t j = 0; j < tableau->stages; j++)
            sum = rational_add(hager->arena, sum,
                               times(hager, times(hager, x[i], tableau_a(tableau, i, j)),
                                     rational_divide(hager->arena, hager->d[j], tableau->b[j])));
    return sum;
}

static bool third_order(const Hager *hager)
{
    return rational_equals(single_sum(hager, 0, 2), 1, 3);
}

static bool fourth_order(const Hager *hager)
{
    const Rational **bc = ARENA_ARRAY(hager->arena, hager->tableau->stages, const Rational *);
    for (size_t i = 0; i < hager->tableau->stages; i++)
        bc[i] = times(hager, hager->tableau->b[i], hager->tableau->c[i]);
    return rational_equals(single_sum(hager, 1, 2), 1, 12) && rational_equals(single_sum(hager, 0, 3), 1, 4) &&
           rational_equals(double_sum(hager, bc), 5, 24) && rational_equals(double_sum(hager, hager->d), 1, 8);
}

int tableau_control_order(Arena *arena, const Tableau *tableau)
{
    if (!tableau_is_positive(tableau))
        return 0;
    size_t s = tableau->stages;
    Hager hager = {arena, tableau, ARENA_ARRAY(arena, s, const Rational *)};
    for (size_t j = 0; j < s; j++) {
        hager.d[j] = zero(arena);
        for (size_t i = 0; i < s; i++)
            hager.d[j] =
                rational_add(arena, hager.d[j], rational_multiply(arena, tableau->b[i], tableau_a(tableau, i, j)));
    }
    int order = tableau_order(arena, tableau);
    if (order <= 2)
        return order;
    if (!third_order(&hager))
        return 2;
    return order >= 4 && fourth_order(&hager) ? 4 : 3;
}

/* ---- text ---- */

static void print_rows(Text *text, size_t s, const Rational *const *c, const Rational *const *a,
                       const Rational *const *b)
{
    size_t cells = s * (s + 2), width = 1;
    char **entries = ARENA_ARRAY(text->arena, cells, char *);
    for (size_t i = 0; i < cells; i++) {
        Text entry = text_new(text->arena);
        const Rational *value = i < s ? c[i] : i < s * (s + 1) ? a[i - s] : b[i - s * (s + 1)];
        rational_text(&entry, value);
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

static const Rational **row_sums(Arena *arena, size_t s, const Rational *const *a)
{
    const Rational **sums = ARENA_ARRAY(arena, s, const Rational *);
    for (size_t i = 0; i < s; i++) {
        sums[i] = zero(arena);
        for (size_t j = 0; j < s; j++)
            sums[i] = rational_add(arena, sums[i], a[i * s + j]);
    }
    return sums;
}

void tableau_text(Text *text, const Tableau *tableau)
{
    Arena *arena = text->arena;
    size_t s = tableau->stages;
    int control = tableau_control_order(arena, tableau);
    text_format(text, "%s: %zu stage%s", tableau->name, s, s == 1 ? "" : "s");
    if (tableau->dropped)
        text_format(text, " (%zu that nothing uses dropped)", tableau->dropped);
    text_format(text, "\n\norder for the differential equation   %d\n", tableau_order(arena, tableau));
    if (control)
        text_format(text, "order for the control problem         %d%s\n\n", control,
                    control == TABLEAU_HIGHEST_CONTROL_ORDER ? " (conditions known here up to 4)" : "");
    else
        text_add(text, "order for the control problem         - (some b_i <= 0: no theory)\n\n");
    print_rows(text, s, tableau->c, tableau->a, tableau->b);
    const Rational **adjoint = tableau_adjoint(arena, tableau);
    if (!adjoint) {
        text_add(text, "\nsome b_i = 0: the costate takes the undivided form; no adjoint tableau exists\n");
        return;
    }
    text_add(text, "\nadjoint, a~_ij = b_j - b_j a_ji / b_i:\n\n");
    print_rows(text, s, row_sums(arena, s, adjoint), adjoint, tableau->b);
    text_format(text, "\nsymplectic: b_i a~_ij + b_j a_ji - b_i b_j = 0 %s\n",
                tableau_is_symplectic(arena, tableau, adjoint) ? "holds exactly" : "FAILS");
}
