#include "tests/unit/fixture.h"

#include "gen/graph/dump.h"
#include "gen/graph/graph.h"

TestSuite(graph, .init = fixture_open, .fini = fixture_close);

/* A graph with an input of every shape. */
typedef struct {
    Graph *graph;
    const Node *x, *s, *a, *b, *t; /* varying vector and scalar; shared matrix, vector and scalar */
} Ground;

static Ground ground_new(void)
{
    Graph *graph = graph_new(arena);
    return (Ground){
        graph,
        graph_input(graph, "x", shape_vector(3, true)),
        graph_input(graph, "s", shape_scalar(true)),
        graph_input(graph, "A", shape_matrix(2, 3)),
        graph_input(graph, "b", shape_vector(3, false)),
        graph_input(graph, "t", shape_scalar(false)),
    };
}

static const char *shape_of(const Node *node)
{
    Text text = text_new(arena);
    cr_assert_not_null(node);
    shape_text(&text, node->shape);
    return text.data;
}

/* ---- interning ---- */

Test(graph, equal_expressions_are_one_node)
{
    Ground g = ground_new();
    const Node *first = graph_unary(g.graph, OP_TANH, graph_add(g.graph, g.x, g.b));
    size_t size = graph_size(g.graph);
    cr_assert_eq(graph_unary(g.graph, OP_TANH, graph_add(g.graph, g.x, g.b)), first);
    cr_assert_eq(graph_size(g.graph), size);
    cr_assert_eq(graph_constant(g.graph, number_parse(arena, "2/4")),
                 graph_constant(g.graph, number_from_double(arena, 0.5)));
    cr_assert_eq(graph_input(g.graph, "x", g.x->shape), g.x);
}

Test(graph, unlike_expressions_are_not)
{
    Ground g = ground_new();
    cr_assert_neq(graph_input(g.graph, "x", shape_vector(4, true)), g.x);
    cr_assert_neq(graph_input(g.graph, "z", g.x->shape), g.x);
    cr_assert_neq(graph_unary(g.graph, OP_SIN, g.x), graph_unary(g.graph, OP_COS, g.x));
    cr_assert_neq(graph_slice(g.graph, g.x, 0, shape_scalar(true)), graph_slice(g.graph, g.x, 1, shape_scalar(true)));
    cr_assert_neq(graph_slice(g.graph, g.x, 0, shape_scalar(true)),
                  graph_slice(g.graph, g.x, 0, shape_vector(1, true)));
    cr_assert_neq(graph_integer(g.graph, 1), graph_integer(g.graph, -1));
}

Test(graph, many_nodes_keep_their_identity)
{
    Graph *graph = graph_new(arena);
    for (long i = 0; i < 5000; i++)
        cr_assert_eq(graph_integer(graph, i)->id, (size_t)i);
    for (long i = 0; i < 5000; i++)
        cr_assert_eq(graph_at(graph, (size_t)i), graph_integer(graph, i));
    cr_assert_eq(graph_size(graph), 5000);
}

Test(graph, arguments_are_older)
{
    Ground g = ground_new();
    graph_softmax(g.graph, graph_matvec(g.graph, graph_transpose(g.graph, g.a), graph_matvec(g.graph, g.a, g.x)));
    for (size_t id = 0; id < graph_size(g.graph); id++)
        for (size_t i = 0; i < graph_at(g.graph, id)->arg_count; i++)
            cr_assert_lt(graph_at(g.graph, id)->args[i]->id, id);
}

Test(graph, a_label_is_no_part_of_identity_and_stays)
{
    Ground g = ground_new();
    const Node *node = graph_unary(g.graph, OP_EXP, g.x);
    graph_label(node, "first");
    graph_label(node, "second");
    graph_label(NULL, "nothing");
    cr_assert_str_eq(node->label, "first");
    cr_assert_eq(graph_unary(g.graph, OP_EXP, g.x), node);
}

/* ---- shapes ---- */

Test(graph, scalars_spread_over_vectors_and_shared_values_over_samples)
{
    Ground g = ground_new();
    cr_assert_str_eq(shape_of(graph_add(g.graph, g.x, g.b)), "varying vector[3]");
    cr_assert_str_eq(shape_of(graph_add(g.graph, g.b, g.s)), "varying vector[3]");
    cr_assert_str_eq(shape_of(graph_add(g.graph, g.t, g.x)), "varying vector[3]");
    cr_assert_str_eq(shape_of(graph_subtract(g.graph, g.b, g.t)), "shared vector[3]");
    cr_assert_str_eq(shape_of(graph_multiply(g.graph, g.t, g.t)), "shared scalar");
    cr_assert_str_eq(shape_of(graph_multiply(g.graph, g.s, g.t)), "varying scalar");
    cr_assert_str_eq(shape_of(graph_multiply(g.graph, g.a, g.b)), "varying vector[2]");
    cr_assert_str_eq(shape_of(graph_binary(g.graph, OP_MAX, g.a, g.t)), "shared matrix[2,3]");
    cr_assert_str_eq(shape_of(graph_transpose(g.graph, g.a)), "shared matrix[3,2]");
    cr_assert_str_eq(shape_of(graph_dot(g.graph, g.b, g.b)), "shared scalar");
    cr_assert_str_eq(shape_of(graph_outer(g.graph, g.x, g.x)), "shared matrix[3,3]");
    const Node *parts[3] = {g.x, g.t, g.b};
    cr_assert_str_eq(shape_of(graph_concat(g.graph, parts, 3)), "varying vector[7]");
    cr_assert_eq(graph_spread(g.graph, g.x, g.x->shape), g.x);
}

static void assert_refused(const Ground *g, const Node *node, const char *message)
{
    cr_assert_null(node);
    cr_assert_str_eq(graph_error(g->graph), message);
}

Test(graph, shapes_that_do_not_fit_are_told)
{
    Ground g = ground_new();
    const Node *two = graph_input(g.graph, "two", shape_vector(2, true));
    const Node *parts[2] = {two, g.a};
    assert_refused(&g, graph_add(g.graph, g.x, two), "cannot add a vector of 3 and a vector of 2");
    assert_refused(&g, graph_subtract(g.graph, g.a, two), "cannot subtract a 2 x 3 matrix and a vector of 2");
    assert_refused(&g, graph_multiply(g.graph, g.a, two), "cannot multiply a 2 x 3 matrix by a vector of 2");
    assert_refused(&g, graph_matvec_t(g.graph, g.a, g.x), "cannot multiply a 2 x 3 matrix by a vector of 3");
    assert_refused(&g, graph_multiply(g.graph, g.a, g.a),
                   "a matrix times a matrix is not supported: write A * (B * y)");
    assert_refused(&g, graph_multiply(g.graph, g.a, g.s),
                   "a matrix that differs from sample to sample is not supported");
    assert_refused(&g, graph_dot(g.graph, g.x, two),
                   "dot takes two vectors of one length, not a vector of 3 and a vector of 2");
    assert_refused(&g, graph_total(g.graph, g.s), "sum takes a vector, not a scalar");
    assert_refused(&g, graph_softmax(g.graph, g.a), "softmax takes a vector, not a 2 x 3 matrix");
    assert_refused(&g, graph_logsumexp(g.graph, g.t), "logsumexp takes a vector, not a scalar");
    assert_refused(&g, graph_transpose(g.graph, g.x), "transpose takes a matrix, not a vector of 3");
    assert_refused(&g, graph_concat(g.graph, parts, 2), "concat takes vectors and scalars, not a 2 x 3 matrix");
    assert_refused(&g, graph_slice(g.graph, g.x, 2, shape_vector(2, true)), "entry 4 of a vector of 3");
}

Test(graph, an_error_goes_through)
{
    Ground g = ground_new();
    const Node *none = graph_total(g.graph, g.s), *parts[2] = {g.x, none};
    const char *message = graph_error(g.graph);
    cr_assert_null(graph_add(g.graph, none, g.x));
    cr_assert_null(graph_unary(g.graph, OP_TANH, none));
    cr_assert_null(graph_binary(g.graph, OP_MAX, g.x, none));
    cr_assert_null(graph_scale(g.graph, g.t, none));
    cr_assert_null(graph_multiply(g.graph, none, none));
    cr_assert_null(graph_matvec(g.graph, g.a, none));
    cr_assert_null(graph_power(g.graph, none, g.x));
    cr_assert_null(graph_dot(g.graph, none, g.x));
    cr_assert_null(graph_softmax(g.graph, none));
    cr_assert_null(graph_transpose(g.graph, none));
    cr_assert_null(graph_concat(g.graph, parts, 2));
    cr_assert_null(graph_spread(g.graph, none, g.x->shape));
    cr_assert_str_eq(graph_error(g.graph), message);
}

/* ---- constants and powers ---- */

Test(graph, constants_are_folded)
{
    Ground g = ground_new();
    const Node *two = graph_integer(g.graph, 2), *three = graph_integer(g.graph, 3);
    cr_assert(node_is_constant(graph_multiply(g.graph, two, three), 6, 1));
    cr_assert(node_is_constant(graph_binary(g.graph, OP_DIV, two, three), 2, 3));
    cr_assert(node_is_constant(graph_subtract(g.graph, two, three), -1, 1));
    cr_assert(node_is_constant(graph_negate(g.graph, two), -2, 1));
    cr_assert_eq(graph_binary(g.graph, OP_DIV, two, graph_integer(g.graph, 0))->op, OP_DIV);
}

/* Powers by small integers are products; halves are roots. */
Test(graph, powers)
{
    Ground g = ground_new();
    const Node *half = graph_constant(g.graph, number_ratio(arena, 1, 2));
    cr_assert_eq(graph_power(g.graph, g.x, graph_integer(g.graph, 1)), g.x);
    cr_assert_eq(graph_power(g.graph, g.x, graph_integer(g.graph, 2)), graph_binary(g.graph, OP_MUL, g.x, g.x));
    cr_assert_eq(graph_power(g.graph, g.x, graph_integer(g.graph, 0))->op, OP_SPREAD);
    cr_assert_eq(graph_power(g.graph, g.x, graph_integer(g.graph, -3))->op, OP_DIV);
    cr_assert_eq(graph_power(g.graph, g.x, half), graph_unary(g.graph, OP_SQRT, g.x));
    cr_assert_eq(graph_power(g.graph, g.x, g.t)->op, OP_POW);
    cr_assert_eq(graph_power(g.graph, g.x, graph_integer(g.graph, 1000))->op, OP_POW);
}

Test(graph, the_parts_of_a_sum)
{
    Ground g = ground_new();
    const Node *sum = graph_subtract(g.graph, g.x, g.t);
    cr_assert_eq(combine_terms(sum), 1);
    cr_assert(node_is_constant(combine_coefficient(sum, 0), 1, 1));
    cr_assert_eq(combine_term(sum, 0), g.x);
    cr_assert_eq(combine_shift(sum)->op, OP_MUL);
    cr_assert_null(combine_shift(graph_add(g.graph, g.x, g.b)));
}

/* ---- whole graphs ---- */

Test(graph, substitution_rebuilds_what_changes)
{
    Ground g = ground_new();
    const Node *still = graph_unary(g.graph, OP_EXP, g.b), *moved = graph_unary(g.graph, OP_EXP, g.x);
    const Node *root = graph_add(g.graph, graph_unary(g.graph, OP_SIN, moved), still);
    const Node *z = graph_input(g.graph, "z", g.x->shape);
    graph_label(root, "f");
    Substitution map = graph_substitution(g.graph);
    graph_replace(g.graph, &map, g.x, z);
    const Node *image = graph_substitute(g.graph, &map, root);
    const Node *expected = graph_add(g.graph, graph_unary(g.graph, OP_SIN, graph_unary(g.graph, OP_EXP, z)), still);
    cr_assert_eq(image, expected);
    cr_assert_null(image->label);
    cr_assert_eq(graph_substitute(g.graph, &map, still), still);
}

Test(graph, marks_and_dumps)
{
    Ground g = ground_new();
    const Node *root = graph_scale(g.graph, graph_constant(g.graph, number_ratio(arena, 1, 3)), g.x);
    graph_unary(g.graph, OP_EXP, g.x);
    graph_label(root, "third");
    bool *marks = ARENA_ARRAY(arena, graph_size(g.graph), bool);
    graph_mark(root, marks);
    Text text = text_new(arena);
    dump_graph(&text, g.graph, marks);
    cr_assert_str_eq(text.data, "%0   = input x : varying vector[3]\n"
                                "%5   = constant 1/3 : shared scalar\n"
                                "%6   = combine %5, %0 : varying vector[3]    third\n");
}
