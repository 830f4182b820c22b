#include "tests/unit/specs.h"

#include "gen/model/stability.h"
#include "gen/network/identity.h"

TestSuite(tableau, .init = fixture_open, .fini = fixture_close);

/* Order for the differential equation, and for the control problem (0: some b_i = 0). */
static const struct {
    char name[24];
    int order, control;
    size_t stages, dropped;
} shipped[] = {
    {"euler", 1, 1, 1, 0},       {"improved_euler", 2, 2, 2, 0},
    {"ralston2", 2, 2, 2, 0},    {"midpoint", 2, 0, 2, 0},
    {"heun3", 3, 0, 3, 0},       {"kutta3", 3, 3, 3, 0},
    {"ssprk3", 3, 2, 3, 0},      {"bogacki_shampine3", 3, 2, 3, 1},
    {"kutta4", 4, 4, 4, 0},      {"three_eighths", 4, 4, 4, 0},
    {"dopri5", 5, 0, 6, 1},      {"implicit_midpoint", 2, 2, 1, 0},
    {"gauss4", 4, 4, 2, 0},      {"gauss6", 6, 6, 3, 0},
    {"radau3", 3, 3, 2, 0},      {"radau5", 5, 4, 3, 0},
    {"trapezoidal", 2, 2, 2, 0}, {"lobatto3a2", 2, 2, 2, 0},
    {"lobatto3b2", 2, 2, 2, 0},  {"lobatto3a4", 4, 4, 3, 0},
    {"lobatto3b4", 4, 4, 3, 0},  {"lobatto3c4", 4, 4, 3, 0},
    {"sdirk2", 2, 2, 2, 0},      {"sdirk3", 3, 0, 3, 0},
    {"crouzeix3", 3, 3, 2, 0},   {"esdirk4", 4, 0, 6, 0},
};
enum { SHIPPED = sizeof shipped / sizeof *shipped };

static const Number *add_seventh(const Number *value)
{
    return number_add(arena, value, number_ratio(arena, 1, 7));
}

/* A tableau from the text of its table; NULL when it is refused. */
static const Tableau *read_tableau(const char *table)
{
    const char *path = fixture_text("inline.lua", text_print(arena, "return tableau {\n%s}\n", table));
    return reader_tableau(arena, diagnostics, path, "specs");
}

static void assert_refused(const char *table, const char *message)
{
    diagnostics = diagnostics_new(arena);
    cr_assert_null(read_tableau(table));
    const char *shown = fixture_messages();
    cr_assert_eq(strncmp(shown, message, strlen(message)), 0, "%s", shown);
}

/* Pairs: order for any field, and for separable ones; are their weights the same? */
static const struct {
    char name[24];
    int order, separable;
    bool agree;
} pairs[] = {{"symplectic_euler", 1, 1, true}, {"verlet", 2, 2, true},       {"lobatto3a3b", 4, 4, true},
             {"ruth3", 1, 3, false},           {"forest_ruth", 1, 4, false}, {"mclachlan4", 1, 4, false}};
enum { PAIRS = sizeof pairs / sizeof *pairs };

Test(tableau, every_shipped_file_is_tested)
{
    Names names = spec_names("specs/tableau");
    cr_assert_eq(names.count, SHIPPED + PAIRS);
    for (size_t i = 0; i < names.count; i++) {
        bool listed = false;
        for (size_t k = 0; k < PAIRS; k++)
            listed = listed || strcmp(pairs[k].name, names.at[i]) == 0;
        for (size_t k = 0; k < SHIPPED; k++)
            listed = listed || strcmp(shipped[k].name, names.at[i]) == 0;
        cr_assert(listed, "%s", names.at[i]);
    }
}

Test(tableau, orders)
{
    for (size_t k = 0; k < SHIPPED; k++) {
        const Tableau *tableau = tableau_of(shipped[k].name);
        cr_assert_eq(tableau_order(arena, tableau), shipped[k].order, "%s", shipped[k].name);
        bool at_least;
        cr_assert_eq(tableau_control_order(arena, tableau, &at_least), shipped[k].control, "%s", shipped[k].name);
        cr_assert_eq(at_least, !strcmp(shipped[k].name, "radau5"), "%s", shipped[k].name);
        cr_assert_eq(tableau->stages, shipped[k].stages, "%s", shipped[k].name);
        cr_assert_eq(tableau->dropped, shipped[k].dropped, "%s", shipped[k].name);
        cr_assert_eq(tableau_is_positive(tableau), shipped[k].control > 0, "%s", shipped[k].name);
    }
}

Test(tableau, the_adjoint_is_symplectic_where_no_weight_is_zero)
{
    for (size_t k = 0; k < SHIPPED; k++) {
        const Tableau *tableau = tableau_of(shipped[k].name);
        const Number **adjoint = tableau_adjoint(arena, tableau);
        cr_assert_eq(adjoint != NULL, shipped[k].control > 0 || !strcmp(shipped[k].name, "sdirk3"), "%s",
                     shipped[k].name);
        cr_assert_eq(adjoint != NULL, tableau_has_adjoint(tableau));
        cr_assert(!adjoint || tableau_is_symplectic(arena, tableau, adjoint), "%s", shipped[k].name);
    }
}

Test(tableau, a_changed_adjoint_is_not_symplectic)
{
    const Tableau *tableau = tableau_of("kutta4");
    const Number **adjoint = tableau_adjoint(arena, tableau);
    for (size_t i = 0; i < 16; i++) {
        const Number *entry = adjoint[i];
        adjoint[i] = add_seventh(entry);
        cr_assert_not(tableau_is_symplectic(arena, tableau, adjoint), "entry %zu", i);
        adjoint[i] = entry;
    }
    cr_assert(tableau_is_symplectic(arena, tableau, adjoint));
}

Test(tableau, the_adjoint_of_kutta4)
{
    static const long expected[16][2] = {{1, 6}, {-2, 3}, {1, 3}, {1, 6},  {1, 6}, {1, 3}, {-1, 6}, {1, 6},
                                         {1, 6}, {1, 3},  {1, 3}, {-1, 3}, {1, 6}, {1, 3}, {1, 3},  {1, 6}};
    const Number **adjoint = tableau_adjoint(arena, tableau_of("kutta4"));
    for (size_t i = 0; i < 16; i++)
        cr_assert(number_equals(adjoint[i], expected[i][0], expected[i][1]), "entry %zu", i);
}

/* ---- the bilinear identity ---- */

Test(tableau, the_bilinear_identity_holds_for_all)
{
    Names names = tableau_names(EXPLICIT_TABLEAU);
    for (size_t k = 0; k < names.count; k++)
        cr_assert(identity_bilinear(arena, tableau_of(names.at[k])), "%s", names.at[k]);
    names = tableau_names(PAIR_OF_TABLEAUS);
    for (size_t k = 0; k < names.count; k++)
        cr_assert(identity_bilinear(arena, tableau_of(names.at[k])), "%s", names.at[k]);
}

static Step step_of(Graph *graph, const Tableau *tableau)
{
    const Node *y = graph_input(graph, "y", shape_vector(1, true)), *h = graph_input(graph, "h", shape_scalar(false));
    Problem field = {.y = y, .field = graph_unary(graph, OP_SIN, y)};
    return plain_step(graph, tableau, &field, true, h, NULL);
}

static const Node *nudged(Graph *graph, const Node *node, const Node *by)
{
    return graph_add(graph, node, graph_scale(graph, graph_constant(graph, number_ratio(arena, 1, 7)), by));
}

static void assert_broken(const Step *step, const char *what)
{
    cr_assert_not(identity_of_step(arena, step), "%s", what);
}

Test(tableau, the_identity_notices_a_change_in_any_expression)
{
    Graph *graph = graph_new(arena);
    Step step = step_of(graph, tableau_of("heun3")), changed = step;
    cr_assert(identity_of_step(arena, &step));
    changed.next_part[0] = nudged(graph, step.y_next, step.slope[0]);
    assert_broken(&changed, "y_next");
    changed = step;
    changed.p_part[0] = nudged(graph, step.p, step.costate[2]);
    assert_broken(&changed, "p");
    for (size_t i = 0; i < step.stages; i++) {
        const Node *bar = step.bar[i], *image = step.image[i];
        step.bar[i] = nudged(graph, bar, step.p_next);
        assert_broken(&step, "bar");
        step.bar[i] = bar;
        if (i == 0)
            continue;
        step.image[i] = nudged(graph, image, step.slope[0]);
        assert_broken(&step, "image");
        step.image[i] = image;
    }
    cr_assert(identity_of_step(arena, &step));
}

/* ---- tableaus that are not shipped ---- */

/* Butcher 1964: seven stages, order 6, b2 = 0 and two negative weights. */
static const char butcher6[] = "A = {\n"
                               "{ 0 }, { '1/3' }, { 0, '2/3' }, { '1/12', '1/3', '-1/12' },\n"
                               "{ '-1/16', '9/8', '-3/16', '-3/8' }, { 0, '9/8', '-3/8', '-3/4', '1/2' },\n"
                               "{ '9/44', '-9/11', '63/44', '18/11', 0, '-16/11' } },\n"
                               "b = { '11/120', 0, '27/40', '27/40', '-4/15', '-4/15', '11/120' }\n";

Test(tableau, seven_stages_of_order_six)
{
    const Tableau *tableau = read_tableau(butcher6);
    cr_assert_not_null(tableau, "%s", fixture_messages());
    cr_assert_eq(tableau->stages, 7);
    cr_assert_eq(tableau_order(arena, tableau), 6);
    cr_assert_null(tableau_control_text(arena, tableau));
    cr_assert(identity_bilinear(arena, tableau));
}

Test(tableau, negative_weights_have_an_adjoint_but_no_control_order)
{
    const Tableau *tableau = read_tableau("A = { { 0 }, { 1 }, { '1/2', 1 } }, b = { 1, '-1/2', '1/2' }\n");
    cr_assert_not_null(tableau, "%s", fixture_messages());
    cr_assert_null(tableau_control_text(arena, tableau));
    cr_assert_not(tableau_is_positive(tableau));
    cr_assert(tableau_is_symplectic(arena, tableau, tableau_adjoint(arena, tableau)));
    cr_assert(identity_bilinear(arena, tableau));
}

Test(tableau, stages_that_nothing_uses_are_dropped)
{
    const Tableau *tableau = read_tableau("A = { { 0 }, { 1 }, { 0, 0 }, { '1/2', 0, 0 }, { 0, 0, 0, 7 } },\n"
                                          "b = { 0, 0, 0, 1, 0 }\n");
    cr_assert_not_null(tableau, "%s", fixture_messages());
    cr_assert_eq(tableau->stages, 2);
    cr_assert_eq(tableau->dropped, 3);
    cr_assert(number_equals(tableau_a(tableau, 1, 0), 1, 2));
    cr_assert(number_equals(tableau->c[1], 1, 2));
    cr_assert_eq(tableau_order(arena, tableau), 2);
}

Test(tableau, inconsistent_tableaus_are_refused)
{
    assert_refused("A = { { 0 }, { 1 } },\nb = { '1/2', '1/3' }\n",
                   "inline.lua:3: the weights b sum to 5/6; they must sum to 1\n");
    assert_refused("A = { { 0, root(3) }, { '1/2', 0 } },\nb = { '1/2' - root(5), '1/2' + root(5) }\n",
                   "inline.lua:3: b[1] = 1/2 - root(5) is in another root than the entries before it; a method may use "
                   "one\n");
    assert_refused("A = { { root(3) + root(5) } },\nb = { 1 }\n",
                   "inline.lua:2: root(3) and root(5) are of two independent roots; a method may use one\n");
    assert_refused("A = { { root('x^3 - 2', 2, 3) } },\nb = { 1 }\n",
                   "inline.lua:2: x^3 - 2 has 0 roots between 2 and 3; the interval must have one\n");
    assert_refused("A = { { root('x^3 - 3*x + 1', -2, 2) } },\nb = { 1 }\n",
                   "inline.lua:2: x^3 - 3*x + 1 has 3 roots between -2 and 2; the interval must have one\n");
    assert_refused("A = { { root('x^3 - 2', 2, 1) } },\nb = { 1 }\n",
                   "inline.lua:2: root(.., 2, 1): the interval is empty\n");
    assert_refused("A = { { root('x^3 - y', 2, 1) } },\nb = { 1 }\n",
                   "inline.lua:2: root(\"x^3 - y\", ..) takes a polynomial in x such as \"x^3 - 3*x^2 + 3/2*x - "
                   "1/6\", of a degree up to 16\n");
    assert_refused("A = { { root('7', 0, 1) } },\nb = { 1 }\n",
                   "inline.lua:2: root(\"7\", ..): a constant has no root\n");
    assert_refused("A = { { root(-3) } },\nb = { 1 }\n",
                   "inline.lua:2: root(-3): the square root of a negative number\n");
    assert_refused("A = { { root(3) / 0 } },\nb = { 1 }\n", "inline.lua:2: division by zero\n");
    assert_refused("A = { { root(3) + 0.3333333333333333 } },\nb = { 1 }\n",
                   "inline.lua:2: 0.333333333333 is not exact; write a fraction: \"1/3\"\n");
    assert_refused("A = { { root(3) ^ 0.5 } },\nb = { 1 }\n",
                   "inline.lua:2: the power of a root is an integer from 0 to 64\n");
    assert_refused("A = { { root(3) < 1 } },\nb = { 1 }\n", "inline.lua:2: roots are not compared\n");
}

/* ---- pairs ---- */

Test(tableau, orders_and_symplecticity_of_pairs)
{
    for (size_t k = 0; k < PAIRS; k++) {
        const Tableau *pair = tableau_of(pairs[k].name);
        cr_assert_not_null(pair->partner, "%s", pairs[k].name);
        cr_expect_eq(tableau_pair_order(arena, pair, false), pairs[k].order, "%s", pairs[k].name);
        cr_expect_eq(tableau_pair_order(arena, pair, true), pairs[k].separable, "%s", pairs[k].name);
        cr_expect(tableau_pair_is_symplectic(arena, pair), "%s", pairs[k].name);
        cr_expect_eq(tableau_pair_weights_agree(pair), pairs[k].agree, "%s", pairs[k].name);
    }
}

/* A method with itself is no more than itself; with its adjoint its order is that for the control problem, and it is
 * symplectic. */
Test(tableau, pairs_of_known_methods)
{
    for (size_t k = 0; k < SHIPPED; k++) {
        const Tableau *tableau = tableau_of(shipped[k].name);
        const Tableau *twice = tableau_pair(arena, "twice", tableau, tableau);
        int order = shipped[k].order < 4 ? shipped[k].order : 4;
        cr_expect_eq(tableau_pair_order(arena, twice, false), order, "%s", shipped[k].name);
        cr_expect_eq(tableau_pair_is_symplectic(arena, twice), tableau_is_self_adjoint(arena, tableau));
        if (!tableau_has_adjoint(tableau))
            continue;
        Tableau adjoint = *tableau;
        adjoint.a = tableau_adjoint(arena, tableau);
        const Tableau *both = tableau_pair(arena, "both", tableau, &adjoint);
        cr_expect(tableau_pair_is_symplectic(arena, both), "%s", shipped[k].name);
        if (shipped[k].control)
            cr_expect_eq(tableau_pair_order(arena, both, false), shipped[k].control < 4 ? shipped[k].control : 4, "%s",
                         shipped[k].name);
    }
}

/* ---- stability ---- */

static const struct {
    char name[24];
    bool a_stable, stiffly_accurate, symplectic;
    const char *infinity; /* R there */
    TableauStructure structure;
} stabilities[] = {
    {"kutta4", false, false, false, "", TABLEAU_EXPLICIT},
    {"implicit_midpoint", true, false, true, "-1", TABLEAU_SINGLY},
    {"gauss4", true, false, true, "1", TABLEAU_FULL},
    {"gauss6", true, false, true, "-1", TABLEAU_FULL},
    {"radau3", true, true, false, "0", TABLEAU_FULL},
    {"radau5", true, true, false, "0", TABLEAU_FULL},
    {"trapezoidal", true, true, false, "-1", TABLEAU_SINGLY},
    {"lobatto3b2", true, false, false, "-1", TABLEAU_DIAGONAL},
    {"lobatto3a4", true, true, false, "1", TABLEAU_FULL},
    {"lobatto3c4", true, true, false, "0", TABLEAU_FULL},
    {"sdirk2", true, true, false, "0", TABLEAU_SINGLY},
    {"sdirk3", true, true, false, "0", TABLEAU_SINGLY},
    {"crouzeix3", true, false, false, "1 - root(3)", TABLEAU_SINGLY},
    {"esdirk4", true, true, false, "0", TABLEAU_SINGLY},
};

Test(tableau, stability)
{
    for (size_t k = 0; k < sizeof stabilities / sizeof *stabilities; k++) {
        const Tableau *tableau = tableau_of(stabilities[k].name);
        const Stability stability = stability_of(arena, tableau);
        const Number *limit = stability_at_infinity(arena, &stability);
        Text text = text_new(arena);
        if (limit)
            number_text(&text, limit);
        cr_expect_str_eq(limit ? text.data : "", stabilities[k].infinity, "%s", stabilities[k].name);
        cr_expect_eq(stability_is_a_stable(arena, &stability), stabilities[k].a_stable, "%s", stabilities[k].name);
        cr_expect_eq(tableau_is_stiffly_accurate(tableau), stabilities[k].stiffly_accurate, "%s", stabilities[k].name);
        cr_expect_eq(tableau_is_self_adjoint(arena, tableau), stabilities[k].symplectic, "%s", stabilities[k].name);
        cr_expect_eq(tableau_structure(tableau), stabilities[k].structure, "%s", stabilities[k].name);
    }
}

/* The theta methods y+ = y + h (1 - theta) f(y) + h theta f(y+) are A-stable from theta = 1/2 on; with two of
 * Crouzeix's three roots gamma, order 3 is not. */
Test(tableau, a_stability_begins_where_theory_says)
{
    static const struct {
        const char *table;
        bool stable;
    } cases[] = {
        {"A = { { 0, 0 }, { '51/100', '49/100' } }, b = { '51/100', '49/100' }\n", false},
        {"A = { { 0, 0 }, { '49/100', '51/100' } }, b = { '49/100', '51/100' }\n", true},
        {"A = { { -1 } }, b = { 1 }\n", false},
        {"A = { { '1/2' - root(3) / 6, 0 }, { root(3) / 3, '1/2' - root(3) / 6 } }, b = { '1/2', '1/2' }\n", false},
        {"A = { { 0, -1 }, { 1, 0 } }, b = { 1, 0 }\n", false}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const Tableau *tableau = read_tableau(cases[k].table);
        cr_assert_not_null(tableau, "%s", fixture_messages());
        const Stability stability = stability_of(arena, tableau);
        cr_expect_eq(stability_is_a_stable(arena, &stability), cases[k].stable, "%s", cases[k].table);
    }
}

/* More exact arithmetic than anybody waits for: 64 stages of numbers with 30 digits each. */
Test(tableau, stability_is_left_out_where_it_takes_too_long)
{
    const char *path = fixture_text(
        "long.lua", "local A, b = {}, {}\n"
                    "for i = 1, 64 do\n"
                    "  A[i], b[i] = {}, '1/64'\n"
                    "  for j = 1, 64 do A[i][j] = '1/' .. i * 101 + j * 17 .. '000000000000100000000001' end\n"
                    "end\n"
                    "return tableau { A = A, b = b }\n");
    const Tableau *tableau = reader_tableau(arena, diagnostics, path, "specs");
    Text text = text_new(arena);
    cr_assert_not_null(tableau, "%s", fixture_messages());
    stability_text(&text, tableau);
    cr_expect(strstr(text.data, "not computed: so many stages have too many digits\n"), "%s", text.data);
}

Test(tableau, the_text_names_orders_and_conditions)
{
    Text text = text_new(arena);
    tableau_text(&text, tableau_of("improved_euler"));
    cr_assert_str_eq(text.data, "improved_euler: 2 stages\n"
                                "\n"
                                "order for the differential equation   2\n"
                                "order for the control problem         2\n"
                                "\n"
                                "    0 |   0   0\n"
                                "    1 |   1   0\n"
                                "      | 1/2 1/2\n"
                                "\n"
                                "adjoint, a~_ij = b_j - b_j a_ji / b_i:\n"
                                "\n"
                                "     0 |  1/2 -1/2\n"
                                "     1 |  1/2  1/2\n"
                                "       |  1/2  1/2\n"
                                "\n"
                                "symplectic: b_i a~_ij + b_j a_ji - b_i b_j = 0 holds exactly\n");
}

/* ---- the control order by other means: bicoloured trees ---- */

/* The pair (A, A~) advances a partitioned system whose order conditions are sum_i b_i Phi_i(t) gamma(t) = 1 for every
 * rooted tree with vertices of two colours, Phi_i(t) = prod_k sum_j a_ij Phi_j(t_k), with A for a branch of the first
 * colour and A~ for one of the second. Hager's conditions must say the same. */
enum { MOST_TREES = 256, HIGHEST = 4 };

typedef struct {
    const Tableau *tableau;
    const Number *const *coefficients[2];
    const Number **phi[MOST_TREES];
    const Number *gamma[MOST_TREES];
    size_t order[MOST_TREES], count;
} Bicoloured;

/* phi_i sum_j a_ij x_j */
static const Number **graft(const Bicoloured *trees, int colour, const Number *const *phi, const Number *const *x)
{
    size_t s = trees->tableau->stages;
    const Number **result = ARENA_ARRAY(arena, s, const Number *);
    for (size_t i = 0; i < s; i++) {
        const Number *sum = number_integer(arena, 0);
        for (size_t j = 0; j < s; j++)
            sum = number_add(arena, sum, number_multiply(arena, trees->coefficients[colour][i * s + j], x[j]));
        result[i] = number_multiply(arena, phi[i], sum);
    }
    return result;
}

/* Adds the trees of order n whose root has the branches chosen so far and further ones of `left` vertices, branch being
 * the number 2 t + colour from which on the next is taken. */
static void grow(Bicoloured *trees, size_t n, size_t left, size_t branch, const Number *const *phi, const Number *gamma)
{
    if (left == 0) {
        cr_assert_lt(trees->count, MOST_TREES);
        trees->phi[trees->count] = (const Number **)phi;
        trees->order[trees->count] = n;
        trees->gamma[trees->count++] = number_multiply(arena, gamma, number_integer(arena, (long)n));
        return;
    }
    for (size_t k = branch; k < 2 * trees->count && trees->order[k / 2] < n; k++)
        if (trees->order[k / 2] <= left)
            grow(trees, n, left - trees->order[k / 2], k, graft(trees, k % 2, phi, trees->phi[k / 2]),
                 number_multiply(arena, gamma, trees->gamma[k / 2]));
}

static bool tree_holds(const Bicoloured *trees, size_t t)
{
    const Number *sum = number_integer(arena, 0);
    for (size_t i = 0; i < trees->tableau->stages; i++)
        sum = number_add(arena, sum, number_multiply(arena, trees->tableau->b[i], trees->phi[t][i]));
    return number_equals(number_multiply(arena, sum, trees->gamma[t]), 1, 1);
}

static int order_by_trees(const Tableau *tableau)
{
    static Bicoloured trees;
    const Number **ones = ARENA_ARRAY(arena, tableau->stages, const Number *);
    for (size_t i = 0; i < tableau->stages; i++)
        ones[i] = number_integer(arena, 1);
    trees = (Bicoloured){.tableau = tableau, .coefficients = {tableau->a, tableau_adjoint(arena, tableau)}};
    for (size_t n = 1, checked = 0; n <= HIGHEST; n++) {
        grow(&trees, n, n - 1, 0, ones, ones[0]);
        for (; checked < trees.count; checked++)
            if (!tree_holds(&trees, checked))
                return (int)n - 1;
    }
    cr_assert_eq(trees.count, 1 + 2 + 7 + 26); /* rooted trees with two colours of branches */
    return HIGHEST;
}

Test(tableau, bicoloured_trees_agree_with_hagers_conditions)
{
    for (size_t k = 0; k < SHIPPED; k++)
        if (shipped[k].control > 0)
            cr_assert_eq(order_by_trees(tableau_of(shipped[k].name)),
                         shipped[k].control < HIGHEST ? shipped[k].control : HIGHEST, "%s", shipped[k].name);
    const Tableau *other = read_tableau("A = { { 0 }, { '3/4' }, { '2/9', '4/9' } }, b = { '1/4', '5/12', '1/3' }\n");
    cr_assert_not_null(other, "%s", fixture_messages());
    bool at_least;
    cr_assert_eq(order_by_trees(other), tableau_control_order(arena, other, &at_least));
}
